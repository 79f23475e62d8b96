#pragma once
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/neuron.hpp"
#include "backend/cpu/recurrent_backward.hpp"
#include "backend/cpu/recurrent_forward.hpp"
#include "backend/cpu/simd.hpp"
#include "dynamics/synapse.hpp"

/// Recurrent populations whose synapses share a decay, forward and backward through time.
namespace hetsyn::cpu::HETSYN_ISA {

void shared_recurrent_forward(const NeuronView& neurons, const float* r, const float* w, const TimeShape& time,
                              float* potential, std::uint8_t* patterns, float* current, bool tied, bool per_projection,
                              float* cell_states, std::uint32_t* lists) {
  const std::size_t padded = neurons.strips * kLanes;
  RecurrentNeurons cells{neurons, time, potential, cell_states};
  const std::size_t current_row = per_projection ? kRecurrentCurrentRow : kCurrentRow;
  for (std::size_t n = 0; n < padded * time.blocks; ++n) patterns[n] = 0;
  SpikeList previous{lists};
  cells.spikes_before(previous);
  SpikeList next{lists + padded};
  for (std::size_t t = 0; t < time.steps; ++t) {
    next.count = 0;
    for (std::size_t strip = 0; strip < neurons.strips; ++strip) {
      const Vec feedforward = load(potential + strip * time.strip_stride + t * kLanes);
      Vec drive = per_projection ? Vec{} : feedforward;
      for (std::size_t n = 0; n < previous.count; ++n) {
        drive += load(w + (strip * neurons.size + previous.neuron[n]) * kLanes);
      }
      float* const u_at = cells.row(strip, current_row);
      const Vec u = synapse_step(load(u_at), load(r + strip * kLanes), drive);
      store(u_at, u);
      const Vec v = cells.step(strip, t, per_projection ? u + feedforward : u);
      if (current != nullptr) {
        const Vec kept = tied ? u - load_state(cells.cell(strip)).reset : u;
        store(current + strip * time.strip_stride + t * kLanes, kept);
      }
      next.append(v > broadcast(neurons.constants.threshold), strip);
    }
    for (std::size_t n = 0; n < next.count; ++n) {
      patterns[(t / kBlock) * padded + next.neuron[n]] |= static_cast<std::uint8_t>(1U << (t % kBlock));
    }
    const SpikeList swap = previous;
    previous = next;
    next = swap;
  }
  cells.keep_potentials();
}

/// Populations whose synapses share a decay: λ is per neuron, and D_j[t] = Σ_k w_kj λ_k[t+1] is a product of the
/// weights with the λ of all samples, tiled over strips and samples to reuse loaded values.
template <std::size_t kCount>
struct SharedRecurrentBackward {
  NeuronsBackward<kCount> cells;
  const float* r;
  const float* w;
  bool per_projection;  ///< keeps g instead of λ

  [[nodiscard]] std::size_t padded() const { return cells.padded(); }

  /// λ[t] of one strip and sample, from the recurrent part of D[t].
  HETSYN_HD void finish(std::size_t strip, std::size_t sample, std::size_t t, Vec feedback, const float* later,
                        float* lambda) {
    const std::size_t row = sample * padded() + strip * kLanes;
    const Vec g = cells.step(strip, sample, t, feedback);
    const Vec l = synapse_step(load(later + row), load(r + strip * kLanes), g);
    store(cells.potential[sample] + cells.place(strip, t), per_projection ? g : l);
    store(lambda + row, l);
  }

  /// One step of kStrips strips; later: λ[t+1], lambda: λ[t], both [kCount][S·W].
  template <std::size_t kStrips>
  HETSYN_HD void step_strips(std::size_t first, std::size_t t, const float* later, float* lambda) {
    const std::size_t size = cells.neurons.size;
    const std::size_t stride = size * kLanes;
    const std::size_t row = padded();
    const float* const weights = w + first * stride;
    Vec sum[kStrips][kCount] = {};
    if constexpr (kStrips * kCount == 1) {
      return finish(first, 0, t, dot(weights, later, size), later, lambda);
    }
    for (std::size_t k = 0; k < size; ++k) {
      Vec weight[kStrips];
#pragma GCC unroll 4
      for (std::size_t s = 0; s < kStrips; ++s) weight[s] = load(weights + s * stride + k * kLanes);
#pragma GCC unroll 4
      for (std::size_t b = 0; b < kCount; ++b) {
        const Vec l = broadcast(later[b * row + k]);
#pragma GCC unroll 4
        for (std::size_t s = 0; s < kStrips; ++s) sum[s][b] += weight[s] * l;
      }
    }
    for (std::size_t s = 0; s < kStrips; ++s) {
      for (std::size_t b = 0; b < kCount; ++b) finish(first + s, b, t, sum[s][b], later, lambda);
    }
  }

  /// `carry` has λ of the step after the last, and receives λ of the first; `lambda` is scratch.
  void run(float* carry, float* lambda) {
    float* later = carry;
    constexpr std::size_t kTile = kLanes == 16 ? 4 : 2;  // strips whose sums fit into registers
    for (std::size_t t = cells.time.steps; t-- > 0;) {
      std::size_t strip = 0;
      for (; strip + kTile <= cells.neurons.strips; strip += kTile) step_strips<kTile>(strip, t, later, lambda);
      for (; strip < cells.neurons.strips; ++strip) step_strips<1>(strip, t, later, lambda);
      float* const swap = later;
      later = lambda;
      lambda = swap;
    }
    for (std::size_t n = 0; later != carry && n < kCount * padded(); ++n) carry[n] = later[n];
    cells.clear_all_padding();
  }
};

template <std::size_t kCount>
void shared_recurrent_backward_samples(const NeuronView& neurons, const float* r, const float* w, const TimeShape& time,
                                       float* const* potential, const float* const* d_spike, const float* constant,
                                       bool per_projection, float* carry) {
  const std::size_t row = kCount * neurons.strips * kLanes;
  const NeuronsBackward<kCount> cells{neurons, time, potential, d_spike, constant, carry + 2 * row};
  SharedRecurrentBackward<kCount>{cells, r, w, per_projection}.run(carry, carry + row);
}

void shared_recurrent_backward(const NeuronView& neurons, const float* r, const float* w, const TimeShape& time,
                               std::size_t count, float* const* potential, const float* const* d_spike,
                               const float* constant, bool per_projection, float* carry) {
  if (count == kLockstep) {
    return shared_recurrent_backward_samples<kLockstep>(neurons, r, w, time, potential, d_spike, constant,
                                                        per_projection, carry);
  }
  for (std::size_t b = 0; b < count; ++b) {
    shared_recurrent_backward_samples<1>(neurons, r, w, time, potential + b, d_spike + b, constant, per_projection,
                                         carry + b * shared_carry(1, neurons.strips * kLanes));
  }
}

}  // namespace hetsyn::cpu::HETSYN_ISA
