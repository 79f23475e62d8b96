#pragma once
#include <nlohmann/json.hpp>

#include "config/config_value.hpp"
#include "core/json_file.hpp"

namespace hetsyn {

/// A value of a config in JSON.
nlohmann::ordered_json to_json(const ConfigValue& value);
/// The inverse of to_json(); the value has no place. Throws DataError for null and for numbers that TOML cannot
/// represent.
ConfigValue value_from_json(const JsonValue& json);

}  // namespace hetsyn
