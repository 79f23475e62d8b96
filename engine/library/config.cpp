#include "library/config.hpp"

#include <fmt/format.h>
#include <hetsyn/exceptions.hpp>

#include "config/installed.hpp"

namespace hetsyn {

Config::Config() : document_(std::make_unique<Document>()) {}
Config::~Config() = default;
Config::Config(const Config& other) : document_(std::make_unique<Document>(*other.document_)) {}
Config& Config::operator=(const Config& other) { return *this = Config(other); }
Config::Config(Config&&) noexcept = default;
Config& Config::operator=(Config&&) noexcept = default;

Config Config::file(const std::filesystem::path& path) {
  Config config;
  config.document_->tables = read_toml_file(find_config(path).string());
  return config;
}

Config Config::text(const std::string& toml, const std::string& name) {
  Config config;
  config.document_->tables = parse_toml(toml, name);
  return config;
}

Config& Config::set(std::string_view key, const Value& value) {
  set_key(document_->tables, key, value);
  return *this;
}

void set_key(ConfigDocument& document, std::string_view key, const Value& value) {
  const std::size_t dot = key.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == key.size()) {
    throw ConfigError(fmt::format("\"{}\": expected a key with its table, as in \"train.batch\"", key));
  }
  apply_override(document, key.substr(0, dot), key.substr(dot + 1),
                 config_value(value, {fmt::format("the value of {}", key)}));
}

ConfigValue config_value(const Value& value, const Place& place) {
  ConfigValue out{{}, place};
  if (const auto* list = std::get_if<Value::List>(&value.data)) {
    ConfigValue::List items;
    for (const Value& item : *list) items.push_back(config_value(item, place));
    out.value = std::move(items);
  }
  if (const auto* table = std::get_if<Value::Table>(&value.data)) {
    ConfigValue::Table entries;
    for (const auto& [key, entry] : *table) entries.push_back({key, config_value(entry, place)});
    out.value = std::move(entries);
  }
  if (const auto* boolean = std::get_if<bool>(&value.data)) out.value = *boolean;
  if (const auto* integer = std::get_if<std::int64_t>(&value.data)) out.value = *integer;
  if (const auto* real = std::get_if<double>(&value.data)) out.value = *real;
  if (const auto* text = std::get_if<std::string>(&value.data)) out.value = *text;
  return out;
}

}  // namespace hetsyn
