#pragma once
#include <nlohmann/json.hpp>

#include "core/json_file.hpp"
#include "sweep/points.hpp"

namespace hetsyn {

/// Settings as a JSON object: "train.batch" → 32.
nlohmann::ordered_json settings_json(const SweepSettings& settings);

/// The inverse of settings_json(). Throws DataError for an invalid value.
SweepSettings settings_from(const JsonValue& json);

}  // namespace hetsyn
