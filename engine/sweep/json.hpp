#pragma once
#include <nlohmann/json.hpp>

#include "core/json_file.hpp"
#include "sweep/points.hpp"

namespace hetsyn {

/// Settings with their values as JSON has them: "train.batch" → 32.
nlohmann::ordered_json settings_json(const SweepSettings& settings);

/// The other way: values as TOML. Throws DataError where a value is none.
SweepSettings settings_from(const JsonValue& json);

}  // namespace hetsyn
