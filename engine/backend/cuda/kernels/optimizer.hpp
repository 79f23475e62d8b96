#pragma once
#include <cstddef>
#include <cstdint>

#include "backend/cuda/device/device.hpp"
#include "dynamics/optimizer.hpp"

namespace hetsyn::cuda {

/// A parameter group and the constants of its optimizer step.
struct GroupStep {
  std::size_t first = 0, count = 0;  ///< range in the flat blocks
  OptimizerConstants<float> constants{};
};

/// The flat blocks.
struct OptimizerBlocks {
  float *parameters, *moment1, *moment2;
  const float* gradients;
  const std::uint8_t* trainable;
};

/// An optimizer step for all groups; `largest` is the largest count of a group.
void run_optimizer(OptimizerKind kind, const OptimizerBlocks& blocks, const GroupStep* groups, unsigned group_count,
                   std::size_t largest, Stream& stream);

inline constexpr unsigned kNormBlocks = 256;  // partial sums

/// partial[0] = Σ values², in double precision and in a fixed order. `partial` has kNormBlocks elements.
void sum_squares(const float* values, std::size_t count, double* partial, Stream& stream);

}  // namespace hetsyn::cuda
