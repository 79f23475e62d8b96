#include "common/speech/lyon_bsa/bsa.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

namespace hetsyn::tasks {
namespace {

/// The reduction of the summed absolute error, [channel], if `filter` is subtracted from the rows from `step` on.
void error_reduction(const Grid& signal, std::size_t step, std::span<const float> filter, std::vector<float>& out) {
  std::ranges::fill(out, 0.0F);
  for (std::size_t i = 0; i < filter.size() && step + i < signal.rows; ++i) {
    const std::span<const float> row = signal.row(step + i);
    for (std::size_t channel = 0; channel < row.size(); ++channel) {
      out[channel] += std::abs(row[channel]) - std::abs(row[channel] - filter[i]);
    }
  }
}

}  // namespace

std::vector<StepSpike> bsa(Grid signal, std::span<const float> filter, float threshold) {
  std::vector<StepSpike> spikes;
  std::vector<float> reduction(signal.columns);
  for (std::uint32_t step = 0; step < signal.rows; ++step) {
    error_reduction(signal, step, filter, reduction);
    for (std::uint32_t channel = 0; channel < signal.columns; ++channel) {
      if (reduction[channel] < threshold) continue;
      spikes.push_back({step, channel});
      for (std::size_t i = 0; i < filter.size() && step + i < signal.rows; ++i) {
        signal.row(step + i)[channel] -= filter[i];
      }
    }
  }
  return spikes;
}

std::vector<float> exponential_response(double decay_ms, double rise_ms, double step_ms) {
  std::vector<double> response(static_cast<std::size_t>(8.0 * decay_ms / step_ms) + 1);
  for (std::size_t i = 0; i < response.size(); ++i) {
    const double time_ms = static_cast<double>(i) * step_ms;
    response[i] = std::exp(-time_ms / decay_ms) - std::exp(-time_ms / rise_ms);
  }
  const double sum = std::accumulate(response.begin(), response.end(), 0.0);
  std::vector<float> normalised(response.size());
  std::ranges::transform(response, normalised.begin(), [sum](double value) { return static_cast<float>(value / sum); });
  return normalised;
}

}  // namespace hetsyn::tasks
