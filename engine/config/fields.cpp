#include "config/fields.hpp"

#include <fmt/format.h>

namespace hetsyn::fields {

const ConfigEntry& only_entry(const NamedPlace& at, std::string_view expected, std::span<const std::string> known) {
  const auto* table = at.value.as<ConfigValue::Table>();
  if (table == nullptr || table->size() != 1) reject(at, expected);
  const ConfigEntry& entry = table->front();
  if (std::find(known.begin(), known.end(), entry.key) == known.end()) reject_unknown(at.key, entry, known);
  return entry;
}

double read_number(const NamedPlace& at, double minimum, double maximum) {
  KeySpec spec;
  spec.minimum = minimum;
  spec.maximum = maximum;
  return std::get<double>(check_scalar(spec, at));
}

void read_field(const KeySpec& spec, const NamedPlace& at, std::vector<std::size_t>& field) {
  const auto* list = at.value.as<ConfigValue::List>();
  if (list == nullptr || list->empty()) reject(at, takes(spec, field));
  KeySpec item = spec;
  item.type = KeyType::integer;
  field.clear();
  for (std::size_t i = 0; i < list->size(); ++i) {
    const KeyValue value = check_scalar(item, {fmt::format("{}[{}]", at.key, i), (*list)[i]});
    field.push_back(static_cast<std::size_t>(std::get<std::int64_t>(value)));
  }
}

ConfigValue value_of(const std::vector<std::size_t>& field) {
  ConfigValue::List list;
  for (const std::size_t value : field) list.push_back(value_of(value));
  return {std::move(list), {}};
}

std::string takes(const KeySpec& spec, const std::vector<std::size_t>& /*field*/) {
  return fmt::format("a list of integers from {:.10g} to {:.10g}, as in [128, 64]", spec.minimum, spec.maximum);
}

}  // namespace hetsyn::fields
