#pragma once
#include <vector>

namespace hetsyn::tasks {

/// Scales to a largest magnitude of 1; silence is not changed.
void normalise_peak(std::vector<float>& samples);

/// Scales to a root mean square of `rms`; silence is not changed.
void normalise_rms(std::vector<float>& samples, double rms);

}  // namespace hetsyn::tasks
