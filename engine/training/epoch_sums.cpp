#include "training/epoch_sums.hpp"

#include <vector>

namespace hetsyn {

void add_means(EpochSums& sums, std::size_t samples, double loss, std::span<const double> metrics,
               std::span<const double> rates_hz) {
  const auto weight = static_cast<double>(samples);
  sums.samples += samples;
  sums.loss += weight * loss;
  sums.metrics.resize(metrics.size());
  sums.rates_hz.resize(rates_hz.size());
  for (std::size_t m = 0; m < metrics.size(); ++m) sums.metrics[m] += weight * metrics[m];
  for (std::size_t p = 0; p < rates_hz.size(); ++p) sums.rates_hz[p] += weight * rates_hz[p];
}

void add_ranks(EpochSums& sums, Communicator& ranks) {
  std::vector<double> values{static_cast<double>(sums.samples), sums.loss};
  values.insert(values.end(), sums.metrics.begin(), sums.metrics.end());
  values.insert(values.end(), sums.rates_hz.begin(), sums.rates_hz.end());
  ranks.sum(values);
  sums.samples = static_cast<std::uint64_t>(values[0]);
  sums.loss = values[1];
  const auto metrics_end = values.begin() + 2 + static_cast<std::ptrdiff_t>(sums.metrics.size());
  sums.metrics.assign(values.begin() + 2, metrics_end);
  sums.rates_hz.assign(metrics_end, values.end());
}

EpochSums means(EpochSums sums) {
  const auto samples = static_cast<double>(sums.samples);
  sums.loss /= samples;
  for (double& metric : sums.metrics) metric /= samples;
  for (double& rate : sums.rates_hz) rate /= samples;
  return sums;
}

}  // namespace hetsyn
