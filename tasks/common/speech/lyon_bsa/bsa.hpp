#pragma once
#include <span>
#include <vector>

#include "common/speech/grid.hpp"
#include "common/speech/spikes.hpp"

namespace hetsyn::tasks {

/// BSA: Schrauwen & Van Campenhout, "BSA, a fast and accurate spike train encoding scheme", IJCNN 2003. Spikes whose
/// convolution with `filter` approximates each channel of `signal` [step][channel]: a channel spikes if subtracting the
/// filter's response from the signal reduces the summed absolute error by at least `threshold`; the response is then
/// subtracted. Sorted by step, then channel (the unit).
std::vector<StepSpike> bsa(Grid signal, std::span<const float> filter, float threshold);

/// A response that rises and decays exponentially and sums to 1, [step]: e^{−t/decay} − e^{−t/rise}, cut off at 8 ·
/// decay.
std::vector<float> exponential_response(double decay_ms, double rise_ms, double step_ms);

}  // namespace hetsyn::tasks
