#pragma once
#include <cstddef>
#include <span>
#include <vector>

/// The distribution of the synaptic time constants τ = −Δt / ln r of a network. Training clamps decays, and τ is ∞ at r
/// = 1: one such synapse makes the mean over all infinite. Therefore there are several measures, each with its
/// convention.
namespace hetsyn {

/// Converts decays to time constants; includes the limits to which training clamps decays.
struct DecayScale {
  double dt_ms = 1.0;
  double minimum = 0.0, maximum = 1.0;  ///< train.decay_min, train.decay_max
};

/// Values are NaN if they have no decays.
struct TauStatistics {
  std::size_t count = 0;
  std::size_t clamped_low = 0;        ///< r ≤ minimum
  std::size_t clamped_high = 0;       ///< r ≥ maximum
  double lower_quartile_ms = 0.0;     ///< over all
  double median_ms = 0.0;             ///< over all
  double upper_quartile_ms = 0.0;     ///< over all
  double mean_ms = 0.0;               ///< over decays r < maximum
  double mean_without_long_ms = 0.0;  ///< over τ ≤ AnalysisRequest::long_ms
  double of_mean_decay_ms = 0.0;      ///< τ of the mean of r over all
  double long_fraction = 0.0;         ///< fraction of all with larger τ
};

TauStatistics tau_statistics(std::span<const float> decays, const DecayScale& scale, double long_ms);

/// Counts of τ in [edge, next edge); the last bin includes its upper edge. Clamped decays are counted separately.
struct TauHistogram {
  std::vector<double> edges_ms;     ///< [bins + 1], ascending
  std::vector<std::size_t> counts;  ///< [bins]
  std::size_t below = 0, above = 0;
  std::size_t clamped_low = 0, clamped_high = 0;
};

TauHistogram tau_histogram(std::span<const float> decays, const DecayScale& scale, std::vector<double> edges_ms);

/// The edges of `bins` bins of equal width in log τ.
std::vector<double> logarithmic_edges(double low_ms, double high_ms, std::size_t bins);

}  // namespace hetsyn
