#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "backend/forward_pass.hpp"
#include "dynamics/loss.hpp"
#include "state/layout.hpp"

/// Losses computed by the host; formulas in dynamics/loss.hpp.
namespace hetsyn {

/// A batch's readout, in the precision of its backend, with labels and target.
template <class Real>
struct LossBatch {
  View<const Real, 3> readout;           ///< [B][T][K]
  std::span<const std::int32_t> labels;  ///< [B]
  std::span<const float> target;         ///< [B][T][K], for losses with a target
};

/// Value of one loss of the readout (neither rate nor callback), times its weight. Throws DataError for a label outside
/// [0, K), for a target of another shape, and if no step is left.
template <class Real>
double readout_loss(const LossTerm& term, const LossBatch<Real>& batch);
/// The same; adds weight · dL/dreadout to d_readout.
template <class Real>
double readout_loss(const LossTerm& term, const LossBatch<Real>& batch, std::span<Real> d_readout);

/// Σ over the samples of `counts` [B][N].
template <class Real>
std::vector<double> spikes_per_neuron(const View<const Real, 2>& counts);

/// Value of the rate regulariser over several populations, times its weight; spikes[p] [N_p] are those of all samples.
/// Adds weight · dL/dz_j (the same for all samples and steps) to d_spike[p] [N_p].
template <class Real>
double rate_loss(const LossTerm& term, std::span<const std::vector<double>> spikes, std::size_t samples,
                 std::size_t steps, double dt_ms, std::span<std::vector<Real>> d_spike);

/// Readout and spike counts of a batch.
template <class Real>
struct HostAnswer {
  View<const Real, 3> readout;  ///< [B][T][K]
  const NetworkLayout& network;
  std::function<View<const Real, 2>(std::size_t)> spike_counts;  ///< of a population, [B][N]
};

/// All losses of a batch together.
template <class Real>
struct HostLosses {
  double value = 0.0;                      ///< with weights
  std::vector<Real> d_readout;             ///< [B][T][K]
  std::vector<std::vector<Real>> d_spike;  ///< [populations][N]; empty vectors if there is no rate term

  /// Overwrites the value, and the gradients if they are wanted. Memory is kept between calls.
  void compute(const BatchLosses& losses, const HostAnswer<Real>& answer, LossGradients wanted);
};

}  // namespace hetsyn
