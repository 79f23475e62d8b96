#include "backend/cuda/kernels/optimizer.hpp"

#include <algorithm>

#include "backend/cuda/kernels/simt.hpp"

namespace hetsyn::cuda {
namespace {

constexpr unsigned kThreads = 256;
constexpr std::size_t kMostBlocks = 1024;  // per parameter group

/// kMapped: another parameter may be trained in place of the decays of a group.
template <OptimizerKind kKind, bool kMapped>
HETSYN_DEVICE void step_group(const OptimizerBlocks& blocks, const GroupStep* groups) {
  const GroupStep group = groups[blockIdx.y];
  for (std::size_t n = std::size_t{blockIdx.x} * kThreads + threadIdx.x; n < group.count;
       n += std::size_t{gridDim.x} * kThreads) {
    const std::size_t at = group.first + n;
    if (blocks.trainable[at] == 0) continue;
    if (kMapped && !group.constants.decays.is_identity()) {
      decay_step(kKind, blocks.parameters[at], blocks.moment1[at], blocks.moment2[at], blocks.gradients[at],
                 group.constants);
    } else {
      optimizer_step(kKind, blocks.parameters[at], blocks.moment1[at], blocks.moment2[at], blocks.gradients[at],
                     group.constants);
    }
  }
}

template <OptimizerKind kKind>
HETSYN_KERNEL optimizer_kernel(OptimizerBlocks blocks, const GroupStep* groups) {
  step_group<kKind, false>(blocks, groups);
}

/// A kernel of its own, since the functions of DecayMap, in double precision, need more registers.
template <OptimizerKind kKind>
HETSYN_KERNEL mapped_optimizer_kernel(OptimizerBlocks blocks, const GroupStep* groups) {
  step_group<kKind, true>(blocks, groups);
}

/// Sum over the threads of a block, in a tree of fixed shape. Only thread 0 gets the result.
HETSYN_DEVICE double sum_over_block(double value) {
  HETSYN_SHARED(double, sums, kThreads);
  sums[threadIdx.x] = value;
  sync_block();
  for (unsigned half = kThreads / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) sums[threadIdx.x] += sums[threadIdx.x + half];
    sync_block();
  }
  return sums[0];
}

/// The gradient of an element, or that of its θ if it is in one of the groups.
HETSYN_DEVICE double trained_gradient(const Gradients& gradients, const DecayGroups& decays, std::size_t n) {
  const auto gradient = static_cast<double>(gradients.values[n]);
  for (unsigned g = 0; g < decays.count; ++g) {
    if (n - decays.groups[g].first >= decays.groups[g].count) continue;  // also where n is smaller
    return gradient * decays.map.slope(static_cast<double>(gradients.parameters[n]));
  }
  return gradient;
}

template <bool kMapped>
HETSYN_KERNEL squares_kernel(Gradients gradients, DecayGroups decays, double* partial) {
  double sum = 0.0;
  for (std::size_t n = std::size_t{blockIdx.x} * kThreads + threadIdx.x; n < gradients.count;
       n += std::size_t{gridDim.x} * kThreads) {
    const double value = kMapped ? trained_gradient(gradients, decays, n) : static_cast<double>(gradients.values[n]);
    sum += value * value;
  }
  const double total = sum_over_block(sum);
  if (threadIdx.x == 0) partial[blockIdx.x] = total;
}

HETSYN_KERNEL sum_kernel(double* partial, unsigned count) {
  const double total = sum_over_block(threadIdx.x < count ? partial[threadIdx.x] : 0.0);
  if (threadIdx.x == 0) partial[0] = total;
}
static_assert(kNormBlocks <= kThreads);

unsigned blocks_for(std::size_t count, std::size_t most) {
  return static_cast<unsigned>(std::clamp<std::size_t>((count + kThreads - 1) / kThreads, 1, most));
}

}  // namespace

void run_optimizer(OptimizerKind kind, const OptimizerBlocks& blocks, const GroupStep* groups, unsigned group_count,
                   std::size_t largest, bool mapped, Stream& stream) {
  const LaunchShape shape{.grid = {blocks_for(largest, kMostBlocks), group_count}, .block = {kThreads}};
  with_constant(kind, [&](auto constant) {
    constexpr OptimizerKind kKind = decltype(constant)::value;
    launch(mapped ? &mapped_optimizer_kernel<kKind> : &optimizer_kernel<kKind>, shape, stream, blocks, groups);
  });
}

void sum_squares(const Gradients& gradients, const DecayGroups& decays, double* partial, Stream& stream) {
  const unsigned blocks = blocks_for(gradients.count, kNormBlocks);
  launch(decays.count > 0 ? &squares_kernel<true> : &squares_kernel<false>, {.grid = {blocks}, .block = {kThreads}},
         stream, gradients, decays, partial);
  launch(&sum_kernel, {.grid = {1}, .block = {kThreads}}, stream, partial, blocks);
}

}  // namespace hetsyn::cuda
