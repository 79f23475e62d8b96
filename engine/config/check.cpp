#include "config/check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <hetsyn/exceptions.hpp>

#include "core/nearest.hpp"

namespace hetsyn {
namespace {

std::vector<std::string> quoted(const std::vector<std::string>& words) {
  std::vector<std::string> out(words.size());
  std::transform(words.begin(), words.end(), out.begin(), [](std::string_view word) { return toml_text(word); });
  return out;
}

std::string number_text(const KeySpec& spec, double value) {
  return spec.type == KeyType::integer ? fmt::format("{:.0f}", value) : fmt::format("{:g}", value);
}

std::string bounds(const KeySpec& spec) {
  if (spec.minimum == spec.maximum) return "";
  if (std::isinf(spec.maximum)) return fmt::format(" of {} or more", number_text(spec, spec.minimum));
  if (std::isinf(spec.minimum)) return fmt::format(" up to {}", number_text(spec, spec.maximum));
  return fmt::format(" from {} to {}", number_text(spec, spec.minimum), number_text(spec, spec.maximum));
}

bool in_bounds(const KeySpec& spec, double value) {
  return spec.minimum == spec.maximum || (value >= spec.minimum && value <= spec.maximum);
}

KeyValue check_text(const KeySpec& spec, const NamedPlace& at, const std::string& text) {
  const bool known = std::find(spec.choices.begin(), spec.choices.end(), text) != spec.choices.end();
  if (!spec.choices.empty() && !known) reject(at, expectation(spec) + did_you_mean(text, spec.choices));
  return text;
}

std::string absolute_path(const std::string& path) {
  return path.empty() ? path : std::filesystem::absolute(path).lexically_normal().string();
}

}  // namespace

void reject(const NamedPlace& at, std::string_view expected) {
  const Place& place = at.value.place;
  // The text of an option already contains key and value.
  const std::string what =
      place.line == 0 ? place.text() : fmt::format("{}: {} = {}", place.text(), at.key, toml_text(at.value));
  throw ConfigError(fmt::format("{}: expected {}", what, expected), at.key);
}

void reject_unknown(std::string_view table, const ConfigEntry& entry, std::span<const std::string> known) {
  const std::string key = table.empty() ? fmt::format("[{}]", entry.key) : fmt::format("{}.{}", table, entry.key);
  const std::string hint = did_you_mean(entry.key, known);
  throw ConfigError(fmt::format("{}: unknown {} {}{}", entry.value.place.text(), table.empty() ? "table" : "key", key,
                                hint.empty() ? fmt::format("; expected one of {}", fmt::join(known, ", ")) : hint),
                    key);
}

std::string expectation(const KeySpec& spec) {
  switch (spec.type) {
    case KeyType::boolean: return "true or false";
    case KeyType::integer: return "an integer" + bounds(spec);
    case KeyType::real: return "a number" + bounds(spec);
    case KeyType::path: return "the path of a file or folder";
    case KeyType::text: break;
  }
  return spec.choices.empty() ? "a text" : fmt::format("one of {}", fmt::join(quoted(spec.choices), ", "));
}

KeyValue check_scalar(const KeySpec& spec, const NamedPlace& at) {
  const ConfigValue& value = at.value;
  double number = 0.0;
  switch (spec.type) {
    case KeyType::boolean:
      if (const auto* boolean = value.as<bool>()) return *boolean;
      break;
    case KeyType::integer:
      if (const auto* integer = value.as<std::int64_t>(); integer && in_bounds(spec, static_cast<double>(*integer))) {
        return *integer;
      }
      break;
    case KeyType::real:
      if (value.number(number) && std::isfinite(number) && in_bounds(spec, number)) return number;
      break;
    case KeyType::text:
      if (const auto* text = value.as<std::string>()) return check_text(spec, at, *text);
      break;
    case KeyType::path:
      if (const auto* text = value.as<std::string>()) return absolute_path(*text);
      break;
  }
  reject(at, expectation(spec));
}

std::vector<NamedValue> check_table(std::string_view table_name, const ConfigValue::Table& table,
                                    std::span<const KeySpec> specs) {
  std::vector<std::string> known;
  for (const KeySpec& spec : specs) known.push_back(spec.name);
  for (const ConfigEntry& entry : table) {
    if (std::find(known.begin(), known.end(), entry.key) == known.end()) reject_unknown(table_name, entry, known);
  }
  std::vector<NamedValue> out;
  for (const KeySpec& spec : specs) {
    const std::string name = fmt::format("{}.{}", table_name, spec.name);
    const ConfigValue* written = find(table, spec.name);
    const ConfigValue value = written ? *written : parse_toml_value(spec.default_value, {"the default of " + name});
    out.push_back({spec.name, check_scalar(spec, {name, value}), spec.role});
  }
  return out;
}

std::string toml_text(const KeyValue& value) {
  return std::visit([](const auto& v) { return toml_text(ConfigValue{v, {}}); }, value);
}

}  // namespace hetsyn
