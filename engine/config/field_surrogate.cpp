#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/fields.hpp"

namespace hetsyn::fields {
namespace {

struct Parameter {
  std::string_view name;
  double Surrogate::*field;
  double default_value;
};

struct Form {
  SurrogateKind kind;
  std::string_view name;
  std::vector<Parameter> parameters;
};

/// The kinds and the parameters of each. Defaults of triangular and multi_gaussian are those of the HetSyn paper; those
/// of the others are from the paper that dynamics/surrogate.hpp cites, scaled to a peak of about 1.
const std::array<Form, 7>& forms() {
  static const std::array<Form, 7> all{{
      {SurrogateKind::triangular, "triangular", {{"gamma", &Surrogate::gamma, 1.0}, {"width", &Surrogate::width, 1.0}}},
      {SurrogateKind::multi_gaussian,
       "multi_gaussian",
       {{"gamma", &Surrogate::gamma, 0.5},
        {"width", &Surrogate::width, 0.5},
        {"scale", &Surrogate::scale, 6.0},
        {"height", &Surrogate::height, 0.15}}},
      {SurrogateKind::atan, "atan", {{"gamma", &Surrogate::gamma, 1.0}, {"slope", &Surrogate::slope, 2.0}}},
      {SurrogateKind::fast_sigmoid,
       "fast_sigmoid",
       {{"gamma", &Surrogate::gamma, 1.0}, {"slope", &Surrogate::slope, 10.0}}},
      {SurrogateKind::sigmoid, "sigmoid", {{"gamma", &Surrogate::gamma, 1.0}, {"slope", &Surrogate::slope, 4.0}}},
      {SurrogateKind::boxcar, "boxcar", {{"gamma", &Surrogate::gamma, 1.0}, {"width", &Surrogate::width, 0.5}}},
      {SurrogateKind::gaussian, "gaussian", {{"gamma", &Surrogate::gamma, 1.0}, {"width", &Surrogate::width, 0.4}}},
  }};
  return all;
}

constexpr double kSmallest = 1e-6;
constexpr double kLargest = 1e6;

const Form& form_of(SurrogateKind kind) {
  return *std::find_if(forms().begin(), forms().end(), [&](const Form& form) { return form.kind == kind; });
}

const Form& read_kind(const NamedPlace& at) {
  KeySpec spec;
  spec.type = KeyType::text;
  for (const Form& form : forms()) spec.choices.emplace_back(form.name);
  const std::string name = std::get<std::string>(check_scalar(spec, at));
  return *std::find_if(forms().begin(), forms().end(), [&](const Form& form) { return form.name == name; });
}

Surrogate with_defaults(const Form& form) {
  Surrogate surrogate;
  surrogate.kind = form.kind;
  for (const Parameter& parameter : form.parameters) surrogate.*parameter.field = parameter.default_value;
  return surrogate;
}

void read_parameters(const NamedPlace& at, const ConfigValue::Table& table, const Form& form, Surrogate& field) {
  std::vector<std::string> known{"kind"};
  for (const Parameter& parameter : form.parameters) known.emplace_back(parameter.name);
  for (const ConfigEntry& entry : table) {
    const auto found = std::find(known.begin(), known.end(), entry.key);
    if (found == known.end()) reject_unknown(at.key, entry, known);
    if (found == known.begin()) continue;
    const Parameter& parameter = form.parameters[static_cast<std::size_t>(found - known.begin()) - 1];
    const bool may_be_zero = parameter.field == &Surrogate::height;
    field.*parameter.field =
        read_number({fmt::format("{}.{}", at.key, entry.key), entry.value}, may_be_zero ? 0.0 : kSmallest, kLargest);
  }
}

}  // namespace

void read_field(const KeySpec& spec, const NamedPlace& at, Surrogate& field) {
  const auto* table = at.value.as<ConfigValue::Table>();
  if (table == nullptr) {
    if (at.value.as<std::string>() == nullptr) reject(at, takes(spec, field));
    field = with_defaults(read_kind(at));
    return;
  }
  const ConfigValue* kind = find(*table, "kind");
  if (kind == nullptr) reject(at, takes(spec, field));
  const Form& form = read_kind({at.key + ".kind", *kind});
  field = with_defaults(form);
  read_parameters(at, *table, form, field);
}

ConfigValue value_of(const Surrogate& field) {
  const Form& form = form_of(field.kind);
  ConfigValue::Table table{{"kind", value_of(std::string(form.name))}};
  for (const Parameter& parameter : form.parameters) {
    table.push_back({std::string(parameter.name), value_of(field.*parameter.field)});
  }
  return {std::move(table), {}};
}

std::string takes(const KeySpec& /*spec*/, const Surrogate& /*field*/) {
  std::vector<std::string_view> names;
  for (const Form& form : forms()) names.push_back(form.name);
  return fmt::format("one of \"{}\", or a table {{ kind = \"triangular\", gamma = 0.3 }}", fmt::join(names, "\", \""));
}

std::vector<std::string> surrogate_reference() {
  std::vector<std::string> lines;
  for (const Form& form : forms()) lines.push_back(toml_text(value_of(with_defaults(form))));
  return lines;
}

}  // namespace hetsyn::fields
