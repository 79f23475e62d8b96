#pragma once
#include <cstdint>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/kernels/readout.hpp"
#include "backend/cuda/kernels/views.hpp"
#include "dynamics/loss.hpp"

/// Losses, computed on the device. Each term is one launch; values, and gradients if they are wanted, are added to
/// existing ones.
namespace hetsyn::cuda {

struct ReadoutLoss {
  float* d_readout;  ///< [B][T][K]; null if only the value is wanted
  double* values;    ///< [B], whose sum is the value
};

/// Whether a block has enough shared memory for losses with labels.
bool fits_label_loss(unsigned outputs, const DeviceLimits& limits);

/// `labels` [B].
void add_label_loss(const LossTerm& term, const Readout& readout, const BatchShape& shape, const std::int32_t* labels,
                    const ReadoutLoss& loss, Stream& stream);
/// `target` [B][T][K].
void add_trace_loss(const LossTerm& term, const Readout& readout, const BatchShape& shape, const float* target,
                    const ReadoutLoss& loss, Stream& stream);
/// For one population: `counts` [B][N] spikes; `d_spike` and `values` [N].
void add_rate_loss(const RateTerm& rate, const float* counts, unsigned samples, unsigned neurons, float* d_spike,
                   double* values, Stream& stream);

}  // namespace hetsyn::cuda
