#include "host/schema.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>
#include <hetsyn/exceptions.hpp>

#include "core/toml_text.hpp"
#include "host/text.hpp"

namespace hetsyn {
namespace {

constexpr std::uint32_t kMaximumKeys = 1000;
constexpr std::size_t kSmallestKey = offsetof(hetsyn_key, role);  // as in 1.0
constexpr std::string_view kReservedKey = "name";                 // [task] name = "shd"

[[noreturn]] void refuse(std::string_view key, std::string_view reason) {
  throw PluginError(fmt::format("its config key '{}' {}", key, reason));
}

KeyType key_type(const hetsyn_key& key) {
  switch (key.type) {
    case HETSYN_BOOL: return KeyType::boolean;
    case HETSYN_INT: return KeyType::integer;
    case HETSYN_REAL: return KeyType::real;
    case HETSYN_STRING: return KeyType::text;
    case HETSYN_PATH: return KeyType::path;
    default: refuse(key.name, fmt::format("has the unknown type {}", key.type));
  }
}

std::string text_of_key(const hetsyn_key& key, std::string_view member, const char* text) {
  return read_text(fmt::format("the {} of its config key '{}'", member, key.name), text);
}

KeyRole key_role(const hetsyn_key& key) {
  if (key.type == HETSYN_PATH) return KeyRole::placement;
  switch (key.role) {
    case HETSYN_KEY_SAMPLES: return KeyRole::samples;
    case HETSYN_KEY_PLACEMENT: return KeyRole::placement;
    case HETSYN_KEY_PRESENTATION: return KeyRole::presentation;
    default: refuse(key.name, fmt::format("has the unknown role {}", key.role));
  }
}

std::vector<std::string> split_choices(const std::string& choices) {
  std::vector<std::string> result;
  std::size_t begin = 0;
  while (begin < choices.size()) {
    const std::size_t end = std::min(choices.find('|', begin), choices.size());
    result.push_back(choices.substr(begin, end - begin));
    begin = end + 1;
  }
  return result;
}

KeySpec read_key(const hetsyn_key& key, std::uint32_t position) {
  if (key.name == nullptr || !is_identifier(key.name)) {
    throw PluginError(fmt::format("its config key number {} has no name of letters, digits and '_'", position));
  }
  if (key.name == kReservedKey) refuse(key.name, "has the name that says which task it is");
  if (key.default_value == nullptr) refuse(key.name, "has no default");
  if (std::isnan(key.minimum) || std::isnan(key.maximum) || key.minimum > key.maximum) {
    refuse(key.name, fmt::format("has the range {} to {}", key.minimum, key.maximum));
  }
  KeySpec spec;
  spec.name = key.name;
  spec.type = key_type(key);
  spec.unit = text_of_key(key, "unit", key.unit);
  spec.default_value = text_of_key(key, "default", key.default_value);
  spec.minimum = key.minimum;
  spec.maximum = key.maximum;
  spec.choices = split_choices(text_of_key(key, "choices", key.choices));
  spec.help = text_of_key(key, "help", key.help);
  spec.role = key_role(key);
  return spec;
}

KeyValue parse_default(const KeySpec& key) {
  if (stray_character(key.default_value) != std::string_view::npos) {
    refuse(key.name,
           fmt::format(
               "has the default `{}`, which is not TOML: a character beyond ASCII outside quotes or after a backslash",
               key.default_value));
  }
  try {
    const toml::table document = toml::parse("value = " + key.default_value);
    const toml::node& node = *document.get("value");
    if (document.size() == 1) {
      if (const auto* v = node.as_boolean(); v != nullptr && key.type == KeyType::boolean) return v->get();
      if (const auto* v = node.as_integer(); v != nullptr && key.type == KeyType::integer) return v->get();
      const bool is_text = key.type == KeyType::text || key.type == KeyType::path;
      if (const auto* v = node.as_string(); v != nullptr && is_text) return v->get();
      if (const auto v = node.value<double>(); v && node.is_number() && key.type == KeyType::real) return *v;
    }
  } catch (const toml::parse_error& e) {
    refuse(key.name, fmt::format("has the default `{}`, which is not TOML: {}", key.default_value, e.description()));
  }
  refuse(key.name, fmt::format("has the default `{}`, which is not a value of its type", key.default_value));
}

}  // namespace

bool is_identifier(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](unsigned char c) { return c < 128 && (std::isalnum(c) != 0 || c == '_'); });
}

std::vector<KeySpec> read_schema(const hetsyn_task& table) {
  if (table.key_count == 0) return {};
  if (table.keys == nullptr || table.key_count > kMaximumKeys || table.key_size < kSmallestKey) {
    throw PluginError(fmt::format(
        "its schema claims {} keys of {} bytes {}; at most {} of at least {} bytes make sense", table.key_count,
        table.key_size, table.keys == nullptr ? "at no address" : "", kMaximumKeys, kSmallestKey));
  }
  std::vector<KeySpec> keys;
  for (std::uint32_t i = 0; i < table.key_count; ++i) {
    hetsyn_key key{};  // in other minor versions keys are shorter or longer: advance by the plugin's own size
    std::memcpy(&key, reinterpret_cast<const char*>(table.keys) + std::size_t{i} * table.key_size,
                std::min<std::size_t>(table.key_size, sizeof key));
    KeySpec spec = read_key(key, i + 1);
    const bool known = std::any_of(keys.begin(), keys.end(), [&](const KeySpec& k) { return k.name == spec.name; });
    if (known) refuse(spec.name, "is declared twice");
    keys.push_back(std::move(spec));
  }
  return keys;
}

KeyValue default_value(const KeySpec& key) {
  KeyValue value = parse_default(key);
  double number = 0.0;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) number = static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value)) number = *real;
  const bool is_number = key.type == KeyType::integer || key.type == KeyType::real;
  if (is_number && key.minimum < key.maximum && !(number >= key.minimum && number <= key.maximum)) {
    refuse(key.name, fmt::format("has the default {} outside its range {} to {}", number, key.minimum, key.maximum));
  }
  const auto* text = std::get_if<std::string>(&value);
  if (text != nullptr && !key.choices.empty() &&
      std::find(key.choices.begin(), key.choices.end(), *text) == key.choices.end()) {
    refuse(key.name, fmt::format("has the default \"{}\", which is none of its choices", *text));
  }
  return value;
}

}  // namespace hetsyn
