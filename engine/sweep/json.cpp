#include "sweep/json.hpp"

#include "config/config_json.hpp"

namespace hetsyn {

using Json = nlohmann::ordered_json;

Json settings_json(const SweepSettings& settings) {
  Json out = Json::object();
  for (const auto& [key, value] : settings) out[key] = to_json(parse_toml_value(value, {key}));
  return out;
}

SweepSettings settings_from(const JsonValue& json) {
  SweepSettings settings;
  for (const auto& [key, value] : json.members()) settings[key] = toml_text(value_from_json(value));
  return settings;
}

}  // namespace hetsyn
