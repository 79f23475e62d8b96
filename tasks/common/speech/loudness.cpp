#include "common/speech/loudness.hpp"

#include <algorithm>
#include <cmath>

namespace hetsyn::tasks {

void normalise_peak(std::vector<float>& samples) {
  float peak = 0.0F;
  for (const float sample : samples) peak = std::max(peak, std::abs(sample));
  if (peak == 0.0F) return;
  for (float& sample : samples) sample /= peak;
}

void normalise_rms(std::vector<float>& samples, double rms) {
  double energy = 0.0;
  for (const float sample : samples) energy += static_cast<double>(sample) * static_cast<double>(sample);
  if (energy == 0.0) return;
  const double gain = rms / std::sqrt(energy / static_cast<double>(samples.size()));
  for (float& sample : samples) sample = static_cast<float>(gain * static_cast<double>(sample));
}

}  // namespace hetsyn::tasks
