#pragma once
#include <cstdint>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/kernels/views.hpp"
#include "dynamics/loss.hpp"

/// Losses where the network's answer is. Each term is one launch; gradients and values are added to what is there.
namespace hetsyn::cuda {

/// The answer of a readout.
struct Readout {
  const float* potential;       ///< [B][T][K] V; null where it spikes
  const std::uint32_t* spikes;  ///< [B][W][K]; null where it does not
  unsigned outputs;             ///< K
};

struct ReadoutLoss {
  float* d_readout;  ///< [B][T][K]
  double* values;    ///< [B], whose sum is the value
};

/// Whether a block has the shared memory that label losses take.
bool fits_label_loss(unsigned outputs, const DeviceLimits& limits);

/// `labels` [B].
void add_label_loss(const LossTerm& term, const Readout& readout, const BatchShape& shape, const std::int32_t* labels,
                    const ReadoutLoss& loss, Stream& stream);
/// `target` [B][T][K].
void add_trace_loss(const LossTerm& term, const Readout& readout, const BatchShape& shape, const float* target,
                    const ReadoutLoss& loss, Stream& stream);
/// Of one population: `counts` [B][N] spikes; `d_spike` and `values` [N].
void add_rate_loss(const RateTerm& rate, const float* counts, unsigned samples, unsigned neurons, float* d_spike,
                   double* values, Stream& stream);

}  // namespace hetsyn::cuda
