#pragma once
#include <nlohmann/json.hpp>

#include "bench/step.hpp"

namespace hetsyn::bench {

/// A training step of 700-128-20 (recurrent hetsyn_lif, 3.5 % density, 250 steps, batches of 8), made larger along one
/// axis at a time: steps to 4000, neurons of the hidden population to 4096 (without recurrence, and with it), batches
/// to 1024. An array with one object for each axis:
///   axis     "steps", "synapses", "recurrent_synapses" or "batch"
///   points   [{x, seconds, processor, memory_mb}], each measured in a separate process: wall and processor time,
///            memory beyond the program's own
///   seconds_exponent, processor_exponent   of the power laws through the points
///   memory_base_mb, memory_mb_per_unit     of the line through the points, by least squares of relative deviations
/// `each` is called with axis and point as soon as a point is there.
nlohmann::json measure_scaling(const StepOptions& options,
                               const std::function<void(const std::string& axis, const nlohmann::json& point)>& each);

}  // namespace hetsyn::bench
