#pragma once
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/simd.hpp"
#include "dynamics/synapse.hpp"

/// dL/dx for the population below: lanes are presynaptic neurons, the inner loop is over time, and λ is recomputed from
/// g.
namespace hetsyn::cpu::HETSYN_ISA {

/// g of postsynaptic neuron j at the first step of a block; step k is k·kLanes further.
HETSYN_HD const float* neuron_trace(const float* g, const TimeShape& time, std::size_t j, std::size_t block) {
  return g + (j / kLanes) * time.strip_stride + block * kBlock * kLanes + j % kLanes;
}

/// Writes a block of sums, except for spikes that dropout removed.
HETSYN_HD void write_block(const Vec (&sum)[kBlock], const std::uint8_t* keep, float scale, float* d_x) {
  IntVec kept{};
  if (keep != nullptr) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) kept[lane] = keep[lane];
  }
#pragma GCC unroll 8
  for (std::size_t k = 0; k < kBlock; ++k) {
    Vec d = sum[k] * scale;
    if (keep != nullptr) d = (kept & (std::int32_t{1} << k)) != 0 ? d : Vec{};
    store(d_x + k * kLanes, d);
  }
}

void input_gradient(const float* r, const float* w, std::size_t post, const TimeShape& time, const float* g,
                    const std::uint8_t* keep, std::size_t keep_stride, float scale, float* state, float* d_x) {
  for (std::size_t block = time.blocks; block-- > 0;) {
    Vec sum[kBlock] = {};
    for (std::size_t j = 0; j < post; ++j) {
      const Vec decay = load(r + j * kLanes);
      const Vec weight = load(w + j * kLanes);
      const float* const g_j = neuron_trace(g, time, j, block);
      Vec lambda = load(state + j * kLanes);
#pragma GCC unroll 8
      for (int k = static_cast<int>(kBlock) - 1; k >= 0; --k) {
        lambda = synapse_step(lambda, decay, broadcast(g_j[static_cast<std::size_t>(k) * kLanes]));
        sum[k] += weight * lambda;
      }
      store(state + j * kLanes, lambda);
    }
    write_block(sum, keep == nullptr ? nullptr : keep + block * keep_stride, scale, d_x + block * kBlock * kLanes);
  }
}

void shared_input_gradient(const float* w, std::size_t post, const TimeShape& time, const float* lambda,
                           const std::uint8_t* keep, std::size_t keep_stride, float scale, float* d_x) {
  for (std::size_t block = 0; block < time.blocks; ++block) {
    Vec sum[kBlock] = {};
    for (std::size_t j = 0; j < post; ++j) {
      const Vec weight = load(w + j * kLanes);
      const float* const lambda_j = neuron_trace(lambda, time, j, block);
#pragma GCC unroll 8
      for (std::size_t k = 0; k < kBlock; ++k) sum[k] += weight * lambda_j[k * kLanes];
    }
    write_block(sum, keep == nullptr ? nullptr : keep + block * keep_stride, scale, d_x + block * kBlock * kLanes);
  }
}

}  // namespace hetsyn::cpu::HETSYN_ISA
