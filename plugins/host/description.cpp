#include "host/description.hpp"

#include <fmt/format.h>

#include <charconv>
#include <hetsyn/exceptions.hpp>
#include <nlohmann/json.hpp>

#include "core/json_text.hpp"
#include "host/schema.hpp"

namespace hetsyn {
namespace {

using Json = nlohmann::ordered_json;

/// Stored as a text, since JSON cannot represent infinity.
std::string number_text(double value) { return fmt::format("{}", value); }

double number_of(const std::string& text) {
  double value = 0.0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Json key_json(const KeySpec& key) {
  return {{"name", key.name},
          {"type", key.type},
          {"unit", key.unit},
          {"default", key.default_value},
          {"minimum", number_text(key.minimum)},
          {"maximum", number_text(key.maximum)},
          {"choices", key.choices},
          {"help", key.help},
          {"role", key.role}};
}

KeySpec key_of(const Json& json) {
  return {.name = json.at("name"),
          .type = json.at("type"),
          .unit = json.at("unit"),
          .default_value = json.at("default"),
          .minimum = number_of(json.at("minimum")),
          .maximum = number_of(json.at("maximum")),
          .choices = json.at("choices"),
          .help = json.at("help"),
          .role = json.at("role")};
}

}  // namespace

std::string description_json(const TaskPlugin& plugin) {
  Json keys = Json::array();
  for (const KeySpec& key : plugin.keys) keys.push_back(key_json(key));
  return json_text({{"name", plugin.name}, {"summary", plugin.summary}, {"version", plugin.version}, {"keys", keys}});
}

TaskPlugin parse_description(const std::filesystem::path& path, std::string_view json) {
  try {
    const Json description = Json::parse(json);
    TaskPlugin plugin{.name = description.at("name"),
                      .summary = description.at("summary"),
                      .version = description.at("version"),
                      .path = path,
                      .keys = {},
                      .defaults = {}};
    for (const Json& key : description.at("keys")) plugin.keys.push_back(key_of(key));
    for (const KeySpec& key : plugin.keys) plugin.defaults.push_back(default_value(key));
    return plugin;
  } catch (const Json::exception& error) {
    throw PluginError(fmt::format("has an invalid description: {}", error.what()));
  }
}

}  // namespace hetsyn
