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

/// An optimizer step for all groups; `largest` is the largest count of a group. `mapped`: another parameter is trained
/// in place of some decays.
void run_optimizer(OptimizerKind kind, const OptimizerBlocks& blocks, const GroupStep* groups, unsigned group_count,
                   std::size_t largest, bool mapped, Stream& stream);

/// The flat blocks of gradients and of the parameters to which they belong.
struct Gradients {
  const float *values, *parameters;
  std::size_t count;
};

/// A group of decays in the flat blocks.
struct DecayGroup {
  std::size_t first = 0, count = 0;
};

/// The groups of decays in whose place the θ of `map` are trained; none if decays are trained themselves.
struct DecayGroups {
  const DecayGroup* groups = nullptr;
  unsigned count = 0;
  DecayMap map{};
};

inline constexpr unsigned kNormBlocks = 256;  // partial sums

/// partial[0] = the sum of the squared gradients, those of decays with respect to θ, in double precision and in a fixed
/// order. `partial` has kNormBlocks elements.
void sum_squares(const Gradients& gradients, const DecayGroups& decays, double* partial, Stream& stream);

}  // namespace hetsyn::cuda
