#pragma once
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/simd.hpp"
#include "dynamics/synapse.hpp"

/// Populations whose synapses share a decay (hom_lif, hom_alif, het_lif): the sum of currents is one state per neuron,
/// U[t] = r U[t−1] + Σ w x[t]. Inputs are gathered spike by spike, and synapses have no state.
namespace hetsyn::cpu::HETSYN_ISA {

/// Σ rows[index[n]] over n in [begin, end), in four independent chains.
HETSYN_HD Vec sum_rows(const float* rows, const std::uint32_t* index, std::uint32_t begin, std::uint32_t end) {
  Vec sum[4] = {};
  std::uint32_t n = begin;
  for (; n + 4 <= end; n += 4) {
#pragma GCC unroll 4
    for (std::uint32_t c = 0; c < 4; ++c) sum[c] += load(rows + index[n + c] * kLanes);
  }
  for (; n < end; ++n) sum[0] += load(rows + index[n] * kLanes);
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

void shared_forward(const float* w, const SpikeOrderView& spikes, const TimeShape& time, float scale, float* drive) {
  for (std::size_t t = 0; t < time.steps; ++t) {
    const Vec sum = sum_rows(w, spikes.channel, spikes.step_offset[t], spikes.step_offset[t + 1]);
    store(drive + t * kLanes, load(drive + t * kLanes) + sum * scale);
  }
}

/// dw of one channel in kStrips strips, so that its spikes are read only once for all of them.
template <std::size_t kStrips>
HETSYN_HD void add_channel(const SpikeOrderView& spikes, std::size_t i, const StripStrides& stride, const float* lambda,
                           float* dw) {
  Vec even[kStrips] = {};
  Vec odd[kStrips] = {};
  const std::uint32_t end = spikes.channel_offset[i + 1];
  std::uint32_t n = spikes.channel_offset[i];
  for (; n + 2 <= end; n += 2) {
    const float* const a = lambda + spikes.step[n] * kLanes;
    const float* const b = lambda + spikes.step[n + 1] * kLanes;
#pragma GCC unroll 2
    for (std::size_t s = 0; s < kStrips; ++s) {
      even[s] += load(a + s * stride.time);
      odd[s] += load(b + s * stride.time);
    }
  }
#pragma GCC unroll 2
  for (std::size_t s = 0; s < kStrips; ++s) {
    if (n < end) even[s] += load(lambda + spikes.step[n] * kLanes + s * stride.time);
    float* const sum = dw + s * stride.synapses + i * kLanes;
    store(sum, load(sum) + (even[s] + odd[s]));
  }
}

void shared_gradient(const SpikeOrderView& spikes, ChannelRange channels, std::size_t strips,
                     const StripStrides& stride, const float* lambda, float* dw) {
  std::size_t s = 0;
  for (; s + kSharedStrips <= strips; s += kSharedStrips) {
    for (std::size_t i = channels.begin; i < channels.end; ++i)
      add_channel<kSharedStrips>(spikes, i, stride, lambda + s * stride.time, dw + s * stride.synapses);
  }
  for (; s < strips; ++s) {
    for (std::size_t i = channels.begin; i < channels.end; ++i)
      add_channel<1>(spikes, i, stride, lambda + s * stride.time, dw + s * stride.synapses);
  }
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
