#pragma once
#include <type_traits>

#include "backend/cpu/kernels.hpp"
#include "backend/cpu/simd.hpp"
#include "dynamics/synapse.hpp"

/// Populations whose synapses share a decay (hom_lif, hom_alif, het_lif): the sum of currents is one state per neuron,
/// U[t] = r U[t−1] + Σ w x[t]. Inputs are gathered spike by spike, and synapses have no state.
namespace hetsyn::cpu::HETSYN_ISA {

/// Calls call() with `strips`, from 1 to kRowStrips, as a constant.
template <std::size_t kStrips = kRowStrips, class Call>
HETSYN_HD void with_strips(std::size_t strips, const Call& call) {
  if constexpr (kStrips > 1) {
    if (strips < kStrips) return with_strips<kStrips - 1>(strips, call);
  }
  call(std::integral_constant<std::size_t, kStrips>{});
}

/// Calls visit(n, chain) for n in [begin, end). With few strips, several independent sums avoid waiting for each
/// addition.
template <std::size_t kChains, class Visit>
HETSYN_HD void for_chains(std::uint32_t begin, std::uint32_t end, const Visit& visit) {
  std::uint32_t n = begin;
  for (; n + kChains <= end; n += kChains) {
#pragma GCC unroll 4
    for (std::uint32_t c = 0; c < kChains; ++c) visit(n + c, c);
  }
  for (; n < end; ++n) visit(n, 0);
}

/// sum[s] = Σ rows[index[n]][s] over n in [begin, end); rows [][kStrips][W].
template <std::size_t kStrips>
HETSYN_HD void sum_rows(const float* rows, const std::uint32_t* index, std::uint32_t begin, std::uint32_t end,
                        Vec (&sum)[kStrips]) {
  constexpr std::size_t kChains = kStrips <= 2 ? 4 : kStrips <= 4 ? 2 : 1;
  Vec chain[kChains][kStrips] = {};
  for_chains<kChains>(
      begin, end, [&](std::uint32_t n, std::size_t c) __attribute__((always_inline)) {
        const float* const row = rows + index[n] * (kStrips * kLanes);
#pragma GCC unroll 8
        for (std::size_t s = 0; s < kStrips; ++s) chain[c][s] += load(row + s * kLanes);
      });
#pragma GCC unroll 8
  for (std::size_t s = 0; s < kStrips; ++s) {
    sum[s] = chain[0][s];
#pragma GCC unroll 4
    for (std::size_t c = 1; c < kChains; ++c) sum[s] += chain[c][s];
  }
}

void shared_forward(const float* w, std::size_t strips, const SpikeOrderView& spikes, const TimeShape& time,
                    float scale, float* drive) {
  with_strips(strips, [&](auto constant) {
    constexpr std::size_t kStrips = decltype(constant)::value;
    for (std::size_t t = 0; t < time.steps; ++t) {
      Vec sum[kStrips];
      sum_rows(w, spikes.channel, spikes.step_offset[t], spikes.step_offset[t + 1], sum);
#pragma GCC unroll 8
      for (std::size_t s = 0; s < kStrips; ++s) store(drive + s * time.strip_stride + t * kLanes, sum[s] * scale);
    }
  });
}

/// Fetches strips of `steps` steps in `portions` portions, while something else is computed.
struct FetchStrips {
  const float* from;  ///< null: nothing
  std::size_t stride, steps, portions;
  std::size_t step = 0, due = 0;

  template <std::size_t kStrips>
  HETSYN_HD void portion() {
    if (from == nullptr) return;
    for (due += steps; due >= portions; due -= portions, ++step) {
#pragma GCC unroll 8
      for (std::size_t s = 0; s < kStrips; ++s) __builtin_prefetch(from + s * stride + step * kLanes, 0, 2);
    }
  }
};

void shared_gradient(const SpikeOrderView& spikes, ChannelRange channels, std::size_t strips, std::size_t stride,
                     const float* lambda, const float* next, std::size_t steps, float* dw) {
  with_strips(strips, [&](auto constant) {
    constexpr std::size_t kStrips = decltype(constant)::value;
    constexpr std::size_t kChains = kStrips <= 4 ? 2 : 1;
    FetchStrips fetch{next, stride, steps, channels.end - channels.begin};
    for (std::size_t i = channels.begin; i < channels.end; ++i) {
      fetch.portion<kStrips>();
      Vec chain[kChains][kStrips] = {};
      for_chains<kChains>(
          spikes.channel_offset[i],
          spikes.channel_offset[i + 1], [&](std::uint32_t n, std::size_t c) __attribute__((always_inline)) {
            const float* const at = lambda + spikes.step[n] * kLanes;
#pragma GCC unroll 8
            for (std::size_t s = 0; s < kStrips; ++s) chain[c][s] += load(at + s * stride);
          });
      float* const sum = dw + i * kStrips * kLanes;
#pragma GCC unroll 8
      for (std::size_t s = 0; s < kStrips; ++s) {
        Vec total = chain[0][s];
        if constexpr (kChains > 1) total += chain[1][s];
        store(sum + s * kLanes, load(sum + s * kLanes) + total);
      }
    }
  });
}

void leak_forward(const float* r, const TimeShape& time, float* drive, float* current) {
  const Vec decay = load(r);
  Vec u = load(current);
  for (std::size_t t = 0; t < time.steps; ++t) {
    u = synapse_step(u, decay, load(drive + t * kLanes));
    store(drive + t * kLanes, u);
  }
  store(current, u);
}

void leak_backward(const float* r, const TimeShape& time, float* g, float* adjoint) {
  const Vec decay = load(r);
  Vec lambda = load(adjoint);
  for (std::size_t t = time.steps; t-- > 0;) {
    lambda = synapse_step(lambda, decay, load(g + t * kLanes));
    store(g + t * kLanes, lambda);
  }
  store(adjoint, lambda);
}

void leak_gradient(std::size_t steps, const float* lambda, const float* current, const float* before, float* dr) {
  Vec sum = load(dr) + load(lambda) * load(before);
  for (std::size_t t = 1; t < steps; ++t) sum += load(lambda + t * kLanes) * load(current + (t - 1) * kLanes);
  store(dr, sum);
}

}  // namespace hetsyn::cpu::HETSYN_ISA
