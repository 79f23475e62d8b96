#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/kernels/readout.hpp"
#include "backend/cuda/kernels/simt.hpp"
#include "backend/cuda/kernels/views.hpp"
#include "backend/cuda/kernels/warp_sums.hpp"
#include "dynamics/loss.hpp"

/// For kernels: the scores [K] of a sample, for losses with labels and for decisions. A block computes a sample; its
/// warps share the steps.
namespace hetsyn::cuda {

/// The lanes of a warp share the outputs of a step. A lane reads and writes only its own elements, so that no
/// synchronisation is needed.
struct WarpLanes {
  [[nodiscard]] HETSYN_DEVICE std::size_t first() const { return threadIdx.x % kWarp; }
  [[nodiscard]] HETSYN_DEVICE std::size_t count() const { return kWarp; }
  template <class T>
  [[nodiscard]] HETSYN_DEVICE T sum(T value) const {
    return sum_over_lanes(value);
  }
  template <class T>
  [[nodiscard]] HETSYN_DEVICE T largest(T value) const {
    for (unsigned distance = kWarp / 2; distance > 0; distance /= 2) {
      const T other = shuffle_xor(value, distance);
      value = value < other ? other : value;
    }
    return value;
  }
  template <class Do>
  HETSYN_DEVICE void each(std::size_t outputs, const Do& act) const {
    for (std::size_t k = first(); k < outputs; k += count()) act(k);
  }
};

/// y[k] of one step.
struct StepReadout {
  const float* potential;
  const std::uint32_t* spikes;
  unsigned bit;

  HETSYN_DEVICE StepReadout(const Readout& readout, const BatchShape& shape, unsigned sample, unsigned t)
      : potential(readout.potential == nullptr ? nullptr : readout.potential + shape.row(sample, t) * readout.outputs),
        spikes(readout.spikes == nullptr ? nullptr
                                         : readout.spikes + shape.word_row(sample, t / kWordSteps) * readout.outputs),
        bit(t % kWordSteps) {}
  HETSYN_DEVICE float operator[](std::size_t k) const {
    return potential == nullptr ? static_cast<float>(spikes[k] >> bit & 1U) : potential[k];
  }
};

/// The sum over the block's threads, in a fixed order, for thread 0. `parts` is shared memory, [kMostWarps].
HETSYN_DEVICE double sum_over_warps(double* parts, double value) {
  value = sum_over_lanes(value);
  if (threadIdx.x % kWarp == 0) parts[threadIdx.x / kWarp] = value;
  sync_block();
  double total = 0.0;
  for (unsigned warp = 0; threadIdx.x == 0 && warp < blockDim.x / kWarp; ++warp) total += parts[warp];
  return total;
}

/// Arrays in the block's HETSYN_DYNAMIC_SHARED, of score_bytes().
struct ScoreRows {
  double* sums;   ///< [warps][K]
  double* sum;    ///< [K] of this warp
  double* score;  ///< [K], each warp's own copy
  float* p;       ///< [K] of this warp: a softmax

  HETSYN_DEVICE ScoreRows(double* memory, unsigned warps, unsigned warp, std::size_t outputs)
      : sums(memory),
        sum(memory + warp * outputs),
        score(memory + (warps + warp) * outputs),
        p(reinterpret_cast<float*>(memory + 2 * warps * outputs) + warp * outputs) {}
};

/// Computes Σ_{t ≥ first_step} of softmax(y[t]), or of y[t], divided by per_logit, in rows.score. Each warp does so,
/// from the same numbers in the same order.
template <bool kOfSoftmax>
HETSYN_DEVICE void sum_scores(const WarpLanes& lanes, const Readout& readout, const BatchShape& shape, unsigned sample,
                              unsigned first_step, double per_logit, const ScoreRows& rows) {
  const std::size_t outputs = readout.outputs;
  const unsigned warps = blockDim.x / kWarp, warp = threadIdx.x / kWarp;
  lanes.each(outputs, [&](std::size_t k) { rows.sum[k] = 0.0; });
  for (unsigned t = first_step + warp; t < shape.steps; t += warps) {
    const StepReadout y(readout, shape, sample, t);
    if (kOfSoftmax) softmax(lanes, outputs, y, rows.p);
    lanes.each(outputs, [&](std::size_t k) { rows.sum[k] += static_cast<double>(kOfSoftmax ? rows.p[k] : y[k]); });
  }
  sync_block();
  lanes.each(outputs, [&](std::size_t k) {
    double score = 0.0;
    for (unsigned n = 0; n < warps; ++n) score += rows.sums[n * outputs + k];
    rows.score[k] = score / per_logit;
  });
}

inline constexpr std::size_t kUsualSharedBytes = std::size_t{48}
                                                 << 10;  // so that other blocks fit on the multiprocessor

inline std::size_t score_bytes(unsigned warps, unsigned outputs) {
  return (2 * sizeof(double) + sizeof(float)) * warps * outputs;
}

/// The number of warps of a block for a sample with so many steps.
inline unsigned score_warps(std::size_t steps, unsigned outputs) {
  unsigned warps = static_cast<unsigned>(std::min<std::size_t>(kMostWarps, steps));
  while (warps > 1 && score_bytes(warps, outputs) > kUsualSharedBytes) --warps;
  return warps;
}

/// Whether a block has enough shared memory for the scores of a sample.
inline bool fits_scores(unsigned outputs, const DeviceLimits& limits) {
  return score_bytes(1, outputs) <= limits.shared_bytes_per_block;
}

}  // namespace hetsyn::cuda
