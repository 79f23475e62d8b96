#pragma once
#include <cstdint>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/kernels/readout.hpp"
#include "backend/cuda/kernels/views.hpp"
#include "dynamics/loss.hpp"

/// What metrics are made of, where the network's answer is.
namespace hetsyn::cuda {

/// The class decided for each sample by the score of a loss with labels: `classes` [B]. Fits where fits_label_loss()
/// does.
void decide_classes(const LossTerm& decision, const Readout& readout, const BatchShape& shape, std::int32_t* classes,
                    Stream& stream);
/// Σ over steps and outputs of (y − target)²: `sums` [B].
void sum_squared_errors(const Readout& readout, const BatchShape& shape, const float* target, double* sums,
                        Stream& stream);

}  // namespace hetsyn::cuda
