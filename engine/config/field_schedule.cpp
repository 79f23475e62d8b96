#include <fmt/format.h>

#include "config/fields.hpp"

namespace hetsyn::fields {
namespace {

constexpr double kMaximumFraction = 0.999;  // of the span; the rest of it must not be empty
constexpr double kLongest = 1e9;            // steps or epochs; more than any run has

const std::vector<std::string> kKinds{"constant", "step", "cosine"};

/// Reads one key of { step = {…} } or { cosine = {…} }.
void read_parameter(const NamedPlace& at, std::string_view name, ScheduleSettings& field) {
  if (name == "factor") {
    field.factor = read_number(at, 1e-6, 1.0);
  } else if (name == "every") {
    KeySpec spec;
    spec.type = KeyType::integer;
    spec.minimum = 1;
    spec.maximum = kLongest;
    field.every = static_cast<std::uint64_t>(std::get<std::int64_t>(check_scalar(spec, at)));
  } else if (name == "unit") {
    KeySpec spec;
    spec.type = KeyType::text;
    spec.choices = names<ScheduleUnit>();
    read_field(spec, at, field.unit);
  } else if (name == "warmup") {
    field.warmup = read_number(at, 0.0, kMaximumFraction);
  } else if (name == "epochs") {
    field.epochs = read_number(at, 0.0, kLongest);
  } else {
    field.plateau = read_number(at, 0.0, kMaximumFraction);
  }
}

/// { kind = { … } }
ConfigValue table_of(std::string kind, ConfigValue::Table parameters) {
  return {ConfigValue::Table{{std::move(kind), ConfigValue{std::move(parameters), {}}}}, {}};
}

}  // namespace

void read_field(const KeySpec& spec, const NamedPlace& at, ScheduleSettings& field) {
  field = {};
  if (const auto* name = at.value.as<std::string>(); name != nullptr && *name == "constant") return;
  const ConfigEntry& entry = only_entry(at, takes(spec, field), kKinds);
  const auto* table = entry.value.as<ConfigValue::Table>();
  if (table == nullptr || entry.key == "constant") reject(at, takes(spec, field));
  field.kind = entry.key == "step" ? ScheduleKind::step : ScheduleKind::cosine;
  const std::vector<std::string> known = field.kind == ScheduleKind::step
                                             ? std::vector<std::string>{"factor", "every", "unit"}
                                             : std::vector<std::string>{"warmup", "epochs", "plateau", "unit"};
  for (const ConfigEntry& parameter : *table) {
    const std::string key = fmt::format("{}.{}", at.key, entry.key);
    if (std::find(known.begin(), known.end(), parameter.key) == known.end()) reject_unknown(key, parameter, known);
    read_parameter({fmt::format("{}.{}", key, parameter.key), parameter.value}, parameter.key, field);
  }
}

ConfigValue value_of(const ScheduleSettings& field) {
  using Table = ConfigValue::Table;
  const ConfigEntry unit{"unit", value_of(field.unit)};
  switch (field.kind) {
    case ScheduleKind::constant: break;
    case ScheduleKind::step:
      return table_of("step", Table{{"factor", value_of(field.factor)}, {"every", value_of(field.every)}, unit});
    case ScheduleKind::cosine:
      return table_of("cosine", Table{{"warmup", value_of(field.warmup)},
                                      {"epochs", value_of(field.epochs)},
                                      {"plateau", value_of(field.plateau)},
                                      unit});
  }
  return value_of(std::string("constant"));
}

std::string takes(const KeySpec& /*spec*/, const ScheduleSettings& /*field*/) {
  return "\"constant\", { step = { factor = 0.8, every = 100 } } or "
         "{ cosine = { warmup = 0.05, epochs = 40, plateau = 0.05 } }";
}

}  // namespace hetsyn::fields
