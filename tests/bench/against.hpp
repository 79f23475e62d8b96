#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "bench/step.hpp"

namespace hetsyn::bench {

/// Runs the engine's step and the same step in PyTorch (`variant`: "plain" or "lean") alternately, `rounds` times, each
/// in a separate process; medians, ratio of the medians and ratio of the peak memories.
nlohmann::json measure_against_torch(const Workload& workload, const std::string& variant, int rounds,
                                     const StepOptions& options);

}  // namespace hetsyn::bench
