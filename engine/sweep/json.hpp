#pragma once
#include <nlohmann/json.hpp>

#include "sweep/points.hpp"

namespace hetsyn {

/// Settings with their values as JSON has them: "train.batch" → 32.
nlohmann::ordered_json settings_json(const SweepSettings& settings);

/// The other way: values as TOML.
SweepSettings settings_from(const nlohmann::ordered_json& json);

}  // namespace hetsyn
