#pragma once
#include <nlohmann/json.hpp>

#include "config/config_value.hpp"
#include "core/json_file.hpp"

namespace hetsyn {

/// A value of a config as JSON has it.
nlohmann::ordered_json to_json(const ConfigValue& value);
/// The other way, without a place. Throws DataError for null and for a number that TOML does not have.
ConfigValue value_from_json(const JsonValue& json);

}  // namespace hetsyn
