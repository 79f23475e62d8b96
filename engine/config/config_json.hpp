#pragma once
#include <nlohmann/json.hpp>

#include "config/config_value.hpp"

namespace hetsyn {

/// A value of a config as JSON has it, and the other way (without a place).
nlohmann::ordered_json to_json(const ConfigValue& value);
ConfigValue value_from_json(const nlohmann::ordered_json& json);

}  // namespace hetsyn
