#pragma once
#include <functional>
#include <nlohmann/json.hpp>

#include "bench/step.hpp"

namespace hetsyn::bench {

/// A training step of one sample of 10^4, 10^5 and 10^6 steps (16-64-4, recurrent, 2 % density), with the whole tape
/// and with a tape in parts. An array of {model, parts, steps, seconds, memory_mb}, each measured in a separate
/// process; `each` is called with every row as soon as it is there.
nlohmann::json measure_long_samples(const StepOptions& options, const std::function<void(const nlohmann::json&)>& each);

}  // namespace hetsyn::bench
