#pragma once
#include <nlohmann/json.hpp>

#include "bench/step.hpp"

namespace hetsyn::bench {

/// The two kernels that most of the time goes to, alone, on one thread: the input layer's forward pass and gradient.
/// "forward_of_ceiling": synapse-steps per second over those of one multiplication and one addition each;
/// "gradient_of_peak": over those of two multiply-adds each. Only synapses whose input has spiked before are counted.
nlohmann::json measure_input_layer(const Workload& workload, const StepOptions& options);

}  // namespace hetsyn::bench
