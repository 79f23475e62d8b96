#pragma once
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/simd.hpp"
#include "backend/cpu/synapse_forward.hpp"
#include "dynamics/synapse.hpp"

/// Populations whose synapses share a decay (hom_lif, hom_alif, het_lif): the sum of currents collapses to one state
/// per neuron, U[t] = r U[t−1] + Σ w x[t]; inputs are gathered spike by spike and no synapse has a state.
namespace hetsyn::cpu::HETSYN_ISA {

/// Calls spike(channel, step within the block) for each spike of a chunk in a block.
template <class Spike>
HETSYN_HD void for_spikes(const EventListView& lists, const std::uint32_t* offsets, Spike&& spike) {
  for (int step = 0; step < static_cast<int>(kBlock); ++step) {
    for_class(
        lists, offsets,
        kSpikeAt0 + step, [&](std::size_t i, std::uint8_t) __attribute__((always_inline)) { spike(i, step); });
  }
  for_class(
      lists, offsets, kSeveral, [&](std::size_t i, std::uint8_t pattern) __attribute__((always_inline)) {
        for (unsigned bits = pattern; bits != 0; bits &= bits - 1) spike(i, __builtin_ctz(bits));
      });
}

void shared_forward(const float* w, const EventListView& lists, float scale, float* drive) {
  for (std::size_t block = 0; block < lists.blocks; ++block) {
    float* const u = drive + block * kBlock * kLanes;
    for (std::size_t chunk = 0; chunk < lists.chunks; ++chunk) {
      const float* const weights = w + chunk * lists.chunk_size * kLanes;
      for_spikes(
          lists, lists.offsets(block, chunk), [&](std::size_t i, int step) __attribute__((always_inline)) {
            float* const at = u + static_cast<std::size_t>(step) * kLanes;
            store(at, load(at) + load(weights + i * kLanes) * scale);
          });
    }
  }
}

void shared_gradient(const EventListView& lists, std::size_t chunk, const float* lambda, float* dw) {
  dw += chunk * lists.chunk_size * kLanes;
  for (std::size_t block = 0; block < lists.blocks; ++block) {
    const float* const l = lambda + block * kBlock * kLanes;
    for_spikes(
        lists, lists.offsets(block, chunk), [&](std::size_t i, int step) __attribute__((always_inline)) {
          store(dw + i * kLanes, load(dw + i * kLanes) + load(l + static_cast<std::size_t>(step) * kLanes));
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
