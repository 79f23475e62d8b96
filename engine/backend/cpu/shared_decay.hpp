#pragma once
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/simd.hpp"
#include "backend/cpu/synapse_forward.hpp"
#include "dynamics/synapse.hpp"

/// Populations whose synapses share a decay (hom_lif, hom_alif, het_lif): the sum of currents collapses to one state
/// per neuron, U[t] = r U[t−1] + Σ w x[t]; inputs are gathered spike by spike and no synapse has a state.
namespace hetsyn::cpu::HETSYN_ISA {

/// Sum of the weight strips of one class, in two chains.
HETSYN_HD Vec sum_class(const EventListView& lists, const std::uint32_t* offsets, int list_class, const float* w) {
  Vec even{};
  Vec odd{};
  std::uint32_t n = offsets[list_class];
  for (; n + 1 < offsets[list_class + 1]; n += 2) {
    even += load(w + lists.index[n] * kLanes);
    odd += load(w + lists.index[n + 1] * kLanes);
  }
  if (n < offsets[list_class + 1]) even += load(w + lists.index[n] * kLanes);
  return even + odd;
}

HETSYN_HD void shared_forward_chunk(const float* w, const EventListView& lists, const std::uint32_t* offsets,
                                    Vec (&acc)[kBlock]) {
#pragma GCC unroll 8
  for (int step = 0; step < static_cast<int>(kBlock); ++step)
    acc[step] += sum_class(lists, offsets, kSpikeAt0 + step, w);
  for_several(
      lists, offsets, [&](std::size_t i, std::uint8_t pattern) __attribute__((always_inline)) {
        const Vec weight = load(w + i * kLanes);
#pragma GCC unroll 8
        for (int k = 0; k < static_cast<int>(kBlock); ++k) acc[k] += weight * static_cast<float>((pattern >> k) & 1);
      });
}

void shared_forward(const float* w, const EventListView& lists, float scale, float* drive) {
  for (std::size_t block = 0; block < lists.blocks; ++block) {
    Vec acc[kBlock] = {};
    for (std::size_t chunk = 0; chunk < lists.chunks; ++chunk) {
      shared_forward_chunk(w + chunk * lists.chunk_size * kLanes, lists, lists.offsets(block, chunk), acc);
    }
    float* const u = drive + block * kBlock * kLanes;
#pragma GCC unroll 8
    for (std::size_t k = 0; k < kBlock; ++k) store(u + k * kLanes, load(u + k * kLanes) + acc[k] * scale);
  }
}

void shared_gradient(const EventListView& lists, std::size_t chunk, const float* lambda, float* dw) {
  dw += chunk * lists.chunk_size * kLanes;
  for (std::size_t block = 0; block < lists.blocks; ++block) {
    const std::uint32_t* const offsets = lists.offsets(block, chunk);
    Vec l[kBlock];
#pragma GCC unroll 8
    for (std::size_t k = 0; k < kBlock; ++k) l[k] = load(lambda + (block * kBlock + k) * kLanes);
#pragma GCC unroll 8
    for (int step = 0; step < static_cast<int>(kBlock); ++step) {
      for_class(
          lists, offsets, kSpikeAt0 + step, [&](std::size_t i) __attribute__((always_inline)) {
            store(dw + i * kLanes, load(dw + i * kLanes) + l[step]);
          });
    }
    for_several(
        lists, offsets, [&](std::size_t i, std::uint8_t pattern) __attribute__((always_inline)) {
          Vec sum = load(dw + i * kLanes);
#pragma GCC unroll 8
          for (int k = 0; k < static_cast<int>(kBlock); ++k) sum += l[k] * static_cast<float>((pattern >> k) & 1);
          store(dw + i * kLanes, sum);
        });
  }
}

void leak_forward(const float* r, const TimeShape& time, float* drive) {
  const Vec decay = load(r);
  Vec current{};
  for (std::size_t t = 0; t < time.steps; ++t) {
    current = synapse_step(current, decay, load(drive + t * kLanes));
    store(drive + t * kLanes, current);
  }
}

void leak_backward(const float* r, const TimeShape& time, float* g) {
  const Vec decay = load(r);
  Vec lambda{};
  for (std::size_t t = time.steps; t-- > 0;) {
    lambda = synapse_step(lambda, decay, load(g + t * kLanes));
    store(g + t * kLanes, lambda);
  }
}

void leak_gradient(const TimeShape& time, const float* lambda, const float* current, float* dr) {
  Vec sum = load(dr);
  for (std::size_t t = 1; t < time.steps; ++t) sum += load(lambda + t * kLanes) * load(current + (t - 1) * kLanes);
  store(dr, sum);
}

}  // namespace hetsyn::cpu::HETSYN_ISA
