#include "config/config_json.hpp"

namespace hetsyn {
namespace {

using Json = nlohmann::ordered_json;

struct ToJson {
  Json operator()(const ConfigValue::List& list) const {
    Json out = Json::array();
    for (const ConfigValue& item : list) out.push_back(to_json(item));
    return out;
  }
  Json operator()(const ConfigValue::Table& table) const {
    Json out = Json::object();
    for (const ConfigEntry& entry : table) out[entry.key] = to_json(entry.value);
    return out;
  }
  template <class T>
  Json operator()(const T& plain) const {
    return plain;
  }
};

}  // namespace

Json to_json(const ConfigValue& value) { return std::visit(ToJson{}, value.value); }

ConfigValue value_from_json(const JsonValue& value) {
  const Json& json = value.json();
  if (json.is_boolean()) return {json.get<bool>(), {}};
  if (json.is_number_integer()) {
    const auto integer = json.get<std::int64_t>();
    if (json.is_number_unsigned() && integer < 0) value.refuse("a number below 2^63");
    return {integer, {}};
  }
  if (json.is_number()) return {json.get<double>(), {}};
  if (json.is_string()) return {json.get<std::string>(), {}};
  if (json.is_array()) {
    ConfigValue::List list;
    for (const JsonValue& item : value.items()) list.push_back(value_from_json(item));
    return {std::move(list), {}};
  }
  if (json.is_null()) value.refuse("a value");
  ConfigValue::Table table;
  for (const auto& [key, member] : value.members()) table.push_back({key, value_from_json(member)});
  return {std::move(table), {}};
}

}  // namespace hetsyn
