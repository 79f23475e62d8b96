#pragma once
#include <cstddef>

#include "backend/cuda/kernels/simt.hpp"
#include "backend/cuda/kernels/views.hpp"

/// For kernels: sums over the lanes of a warp; and over the warps of a block, in the order of warps, of kBlockSteps ×
/// 32 numbers from each.
namespace hetsyn::cuda {

/// Adds in a tree of fixed shape; all lanes get the result.
template <class T>
HETSYN_DEVICE T sum_over_lanes(T value) {
  for (unsigned distance = kWarp / 2; distance > 0; distance /= 2) value += shuffle_xor(value, distance);
  return value;
}

inline constexpr unsigned kMostWarps = 16;  // limit for blocks that use these sums
inline constexpr unsigned kWarpSums = kBlockSteps * kWarp;

/// Shared memory for two blocks of steps, which alternate, so that one barrier per block of steps suffices.
inline constexpr unsigned kSumsSize = 2 * kMostWarps * kWarpSums;

/// sums[k] of each lane is its part for step k. Calls take(k, lane, total) once per step and lane, each from one thread
/// of the block, which is always the same. `turn` is the number of earlier calls.
template <class Take>
HETSYN_DEVICE void sum_over_warps(float* memory, unsigned turn, const float (&sums)[kBlockSteps], const Take& take) {
  const unsigned warps = blockDim.x / kWarp;
  float* const parts = memory + std::size_t{turn % 2} * kMostWarps * kWarpSums;
  float* const own = parts + threadIdx.x / kWarp * kWarpSums + threadIdx.x % kWarp;
  HETSYN_UNROLL
  for (unsigned k = 0; k < kBlockSteps; ++k) own[k * kWarp] = sums[k];
  sync_block();
  for (unsigned n = threadIdx.x; n < kWarpSums; n += blockDim.x) {
    float total = parts[n];
    for (unsigned warp = 1; warp < warps; ++warp) total += parts[warp * kWarpSums + n];
    take(n / kWarp, n % kWarp, total);
  }
}

}  // namespace hetsyn::cuda
