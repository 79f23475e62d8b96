#include "experiment/sweep_json.hpp"

namespace hetsyn {
namespace {

using Json = nlohmann::ordered_json;

struct ToJson {
  Json operator()(const ConfigValue::List& list) const {
    Json out = Json::array();
    for (const ConfigValue& item : list) out.push_back(std::visit(*this, item.value));
    return out;
  }
  Json operator()(const ConfigValue::Table& table) const {
    Json out = Json::object();
    for (const ConfigEntry& entry : table) out[entry.key] = std::visit(*this, entry.value.value);
    return out;
  }
  template <class T>
  Json operator()(const T& plain) const {
    return plain;
  }
};

ConfigValue from_json(const Json& json) {
  if (json.is_boolean()) return {json.get<bool>(), {}};
  if (json.is_number_integer()) return {json.get<std::int64_t>(), {}};
  if (json.is_number()) return {json.get<double>(), {}};
  if (json.is_string()) return {json.get<std::string>(), {}};
  if (json.is_array()) {
    ConfigValue::List list;
    for (const Json& item : json) list.push_back(from_json(item));
    return {std::move(list), {}};
  }
  ConfigValue::Table table;
  for (const auto& [key, value] : json.items()) table.push_back({key, from_json(value)});
  return {std::move(table), {}};
}

}  // namespace

Json settings_json(const SweepSettings& settings) {
  Json out = Json::object();
  for (const auto& [key, value] : settings) out[key] = std::visit(ToJson{}, parse_toml_value(value, {key}).value);
  return out;
}

SweepSettings settings_from(const Json& json) {
  SweepSettings settings;
  for (const auto& [key, value] : json.items()) settings[key] = toml_text(from_json(value));
  return settings;
}

}  // namespace hetsyn
