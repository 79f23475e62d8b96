#pragma once
#include <cstdint>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/kernels/readout.hpp"
#include "backend/cuda/kernels/views.hpp"
#include "dynamics/loss.hpp"

/// Parts of metrics, computed on the device.
namespace hetsyn::cuda {

/// Decides a class for each sample by the score of a loss with labels: `classes` [B]. Call it only if
/// fits_label_loss().
void decide_classes(const LossTerm& decision, const Readout& readout, const BatchShape& shape, std::int32_t* classes,
                    Stream& stream);
/// Σ over steps and outputs of (y − target)²: `sums` [B].
void sum_squared_errors(const Readout& readout, const BatchShape& shape, const float* target, double* sums,
                        Stream& stream);

}  // namespace hetsyn::cuda
