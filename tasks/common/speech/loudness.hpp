#pragma once
#include <vector>

namespace hetsyn::tasks {

/// Scales to a largest magnitude of 1; silence stays silent.
void normalise_peak(std::vector<float>& samples);

/// Scales to a root mean square of `rms`; silence stays silent.
void normalise_rms(std::vector<float>& samples, double rms);

}  // namespace hetsyn::tasks
