#pragma once
#include <cstddef>
#include <span>
#include <vector>

/// How the synaptic time constants τ = −Δt / ln r of a network are distributed. Decays are clamped in training, and τ
/// is ∞ at r = 1: one such synapse makes the mean over all infinite. Hence several measures, each with its convention.
namespace hetsyn {

/// What turns decays into time constants, and where training clamps them.
struct DecayScale {
  double dt_ms = 1.0;
  double minimum = 0.0, maximum = 1.0;  ///< train.decay_min, train.decay_max
};

/// NaN where no decay counts.
struct TauStatistics {
  std::size_t count = 0;
  std::size_t clamped_low = 0;        ///< r ≤ minimum
  std::size_t clamped_high = 0;       ///< r ≥ maximum
  double median_ms = 0.0;             ///< over all
  double mean_ms = 0.0;               ///< over r < maximum
  double mean_without_long_ms = 0.0;  ///< over τ ≤ the bound for long ones
  double of_mean_decay_ms = 0.0;      ///< τ of the mean of r over all
  double long_fraction = 0.0;         ///< of all that have τ above that bound
};

TauStatistics tau_statistics(std::span<const float> decays, const DecayScale& scale, double long_ms);

/// Counts of τ in [edge, next edge); the last bin holds its upper edge too. Clamped decays are counted apart.
struct TauHistogram {
  std::vector<double> edges_ms;     ///< [bins + 1], ascending
  std::vector<std::size_t> counts;  ///< [bins]
  std::size_t below = 0, above = 0;
  std::size_t clamped_low = 0, clamped_high = 0;
};

TauHistogram tau_histogram(std::span<const float> decays, const DecayScale& scale, std::vector<double> edges_ms);

/// Edges of `bins` bins of one width in log τ.
std::vector<double> logarithmic_edges(double low_ms, double high_ms, std::size_t bins);

}  // namespace hetsyn
