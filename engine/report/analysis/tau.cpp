#include "report/analysis/tau.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "dynamics/synapse.hpp"

namespace hetsyn {
namespace {

/// A sum with the number of its terms.
struct Mean {
  double sum = 0.0, count = 0.0;
  void add(double value) {
    sum += value;
    count += 1.0;
  }
  [[nodiscard]] double value() const { return sum / count; }
};

/// The value below which the fraction `q` of the values is, interpolated between the two next to it.
double quantile(std::vector<double>& values, double q) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  const double place = q * static_cast<double>(values.size() - 1);
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(place);
  std::nth_element(values.begin(), at, values.end());
  const double rest = place - std::floor(place);
  return rest > 0.0 ? std::lerp(*at, *std::min_element(at + 1, values.end()), rest) : *at;
}

/// Decays are float, and so are the clamps that training applies to them.
struct Clamps {
  explicit Clamps(const DecayScale& scale)
      : minimum(static_cast<float>(scale.minimum)), maximum(static_cast<float>(scale.maximum)) {}
  [[nodiscard]] bool low(float decay) const { return decay <= minimum; }
  [[nodiscard]] bool high(float decay) const { return decay >= maximum; }
  float minimum, maximum;
};

}  // namespace

TauStatistics tau_statistics(std::span<const float> decays, const DecayScale& scale, double long_ms) {
  const Clamps clamps(scale);
  TauStatistics statistics;
  statistics.count = decays.size();
  std::vector<double> all;
  Mean unclamped, not_long, decay_mean, long_ones;
  for (const float decay : decays) {
    const double tau = time_constant_ms(static_cast<double>(decay), scale.dt_ms);
    all.push_back(tau);
    decay_mean.add(static_cast<double>(decay));
    long_ones.add(tau > long_ms ? 1.0 : 0.0);
    if (clamps.low(decay)) ++statistics.clamped_low;
    if (clamps.high(decay)) ++statistics.clamped_high;
    if (!clamps.high(decay)) unclamped.add(tau);
    if (tau <= long_ms) not_long.add(tau);
  }
  statistics.lower_quartile_ms = quantile(all, 0.25);
  statistics.median_ms = quantile(all, 0.5);
  statistics.upper_quartile_ms = quantile(all, 0.75);
  statistics.mean_ms = unclamped.value();
  statistics.mean_without_long_ms = not_long.value();
  statistics.of_mean_decay_ms = time_constant_ms(decay_mean.value(), scale.dt_ms);
  statistics.long_fraction = long_ones.value();
  return statistics;
}

TauHistogram tau_histogram(std::span<const float> decays, const DecayScale& scale, std::vector<double> edges_ms) {
  const Clamps clamps(scale);
  TauHistogram histogram;
  histogram.counts.assign(edges_ms.size() - 1, 0);
  for (const float decay : decays) {
    const double tau = time_constant_ms(static_cast<double>(decay), scale.dt_ms);
    if (clamps.low(decay)) {
      ++histogram.clamped_low;
    } else if (clamps.high(decay)) {
      ++histogram.clamped_high;
    } else if (tau < edges_ms.front()) {
      ++histogram.below;
    } else if (tau > edges_ms.back()) {
      ++histogram.above;
    } else {
      const auto next = std::upper_bound(edges_ms.begin() + 1, edges_ms.end() - 1, tau);
      ++histogram.counts[static_cast<std::size_t>(next - edges_ms.begin()) - 1];
    }
  }
  histogram.edges_ms = std::move(edges_ms);
  return histogram;
}

std::vector<double> logarithmic_edges(double low_ms, double high_ms, std::size_t bins) {
  std::vector<double> edges(bins + 1);
  for (std::size_t i = 0; i <= bins; ++i) {
    edges[i] = low_ms * std::pow(high_ms / low_ms, static_cast<double>(i) / static_cast<double>(bins));
  }
  edges.back() = high_ms;  // exactly, without rounding error
  return edges;
}

}  // namespace hetsyn
