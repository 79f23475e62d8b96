#pragma once
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/neuron.hpp"
#include "backend/cpu/recurrent_backward.hpp"
#include "backend/cpu/recurrent_forward.hpp"
#include "backend/cpu/shared_decay.hpp"
#include "backend/cpu/simd.hpp"
#include "dynamics/synapse.hpp"

/// Recurrent populations whose synapses share a decay, forward and backward through time.
namespace hetsyn::cpu::HETSYN_ISA {

/// Forward: a spike adds its row of weights to the currents at the next step.
struct SharedRecurrentForward {
  RecurrentNeurons cells;
  const float* r;
  const float* w;
  float* current;
  bool tied, per_projection;

  /// One step of a row of strips from strip `first` on.
  template <std::size_t kStrips>
  HETSYN_HD void step_row(std::size_t first, std::size_t t, const SpikeList& previous, SpikeList& next) {
    Vec drive[kStrips];
    sum_rows(w + first * cells.neurons.size * kLanes, previous.neuron, 0, static_cast<std::uint32_t>(previous.count),
             drive);
#pragma GCC unroll 8
    for (std::size_t s = 0; s < kStrips; ++s) {
      const std::size_t strip = first + s;
      const std::size_t at = strip * cells.time.strip_stride + t * kLanes;
      const Vec feedforward = load(cells.potential + at);
      float* const u_at = cells.row(strip, per_projection ? kRecurrentCurrentRow : kCurrentRow);
      const Vec all = per_projection ? drive[s] : drive[s] + feedforward;
      const Vec u = synapse_step(load(u_at), load(r + strip * kLanes), all);
      store(u_at, u);
      const Vec v = cells.step(strip, t, per_projection ? u + feedforward : u);
      if (current != nullptr) store(current + at, tied ? u - load_state(cells.cell(strip)).reset : u);
      next.append(v > broadcast(cells.neurons.constants.threshold), strip);
    }
  }

  HETSYN_HD void step(std::size_t t, const SpikeList& previous, SpikeList& next) {
    std::size_t first = 0;
    for (; first + kRowStrips <= cells.neurons.strips; first += kRowStrips) {
      step_row<kRowStrips>(first, t, previous, next);
    }
    if (first == cells.neurons.strips) return;
    with_strips(
        cells.neurons.strips - first, [&](auto constant) __attribute__((always_inline)) {
          step_row<decltype(constant)::value>(first, t, previous, next);
        });
  }
};

void shared_recurrent_forward(const NeuronView& neurons, const float* r, const float* w, const TimeShape& time,
                              float* potential, std::uint8_t* patterns, float* current, bool tied, bool per_projection,
                              float* cells, std::uint32_t* lists) {
  const std::size_t padded = neurons.strips * kLanes;
  const NeuronView view = neurons;  // a copy, which the compiler keeps in registers: stores to memory cannot change it
  SharedRecurrentForward pass{{view, time, potential, cells}, r, w, current, tied, per_projection};
  for (std::size_t n = 0; n < padded * time.blocks; ++n) patterns[n] = 0;
  SpikeList previous{lists};
  pass.cells.spikes_before(previous);
  SpikeList next{lists + padded};
  for (std::size_t t = 0; t < time.steps; ++t) {
    next.count = 0;
    pass.step(t, previous, next);
    for (std::size_t n = 0; n < next.count; ++n) {
      patterns[(t / kBlock) * padded + next.neuron[n]] |= static_cast<std::uint8_t>(1U << (t % kBlock));
    }
    const SpikeList swap = previous;
    previous = next;
    next = swap;
  }
  pass.cells.keep_potentials();
}

/// Backward: λ is per neuron, and D_j[t] = Σ_k w_kj λ_k[t+1] is a product of the weights with the λ of all samples,
/// tiled over strips and samples to reuse loaded values.
template <std::size_t kCount>
struct SharedRecurrentBackward {
  NeuronView neurons;  // copies, which the compiler keeps in registers: stores to memory cannot change them
  TimeShape time;
  float* const* potential;
  const float* const* d_spike;
  const float* constant;
  const float* r;
  const float* w;
  bool per_projection;  ///< keeps g instead of λ
  float* adjoints;      ///< [kCount][S][kNeuronVariables][W]
  float* slopes;        ///< of a block, [kBlock][kCount][S·W]

  [[nodiscard]] std::size_t padded() const { return neurons.strips * kLanes; }
  /// The place of V, g and λ of one strip and step in `potential`.
  [[nodiscard]] std::size_t place(std::size_t strip, std::size_t t) const {
    return strip * time.strip_stride + t * kLanes;
  }
  /// The place of a strip and sample in a row of all.
  [[nodiscard]] std::size_t cell(std::size_t strip, std::size_t sample) const {
    return sample * padded() + strip * kLanes;
  }

  /// The surrogate slopes of a block, which do not depend on other steps.
  HETSYN_HD void compute_slopes(std::size_t first, std::size_t end) const {
    for (std::size_t b = 0; b < kCount; ++b) {
      for (std::size_t strip = 0; strip < neurons.strips; ++strip) {
        const float* const v = potential[b] + place(strip, first);
        const float* const d = d_spike[b] + place(strip, first);
        float* const to = slopes + cell(strip, b);
        for (std::size_t k = 0; k < end - first; ++k) {
          store(to + k * kCount * padded(), surrogate_slope(neurons, load(v + k * kLanes)));
          if (first > 0) {  // what the block before needs
            __builtin_prefetch(v + k * kLanes - kBlock * kLanes, 1, 2);
            __builtin_prefetch(d + k * kLanes - kBlock * kLanes, 0, 2);
          }
        }
      }
    }
  }

  /// Replaces the recurrent part of D[t] by λ[t], for all strips and samples.
  HETSYN_HD void finish_step(std::size_t t, const float* later, float* lambda) const {
    const float* const slope = slopes + t % kBlock * kCount * padded();
    for (std::size_t strip = 0; strip < neurons.strips; ++strip) {
      const NeuronConstants<Vec> constants = neuron_constants(neurons, strip);
      const Vec decay = load(r + strip * kLanes);
      const Vec d_constant = load(constant + strip * kLanes);
      const std::size_t at = place(strip, t);
#pragma GCC unroll 4
      for (std::size_t b = 0; b < kCount; ++b) {
        const std::size_t row = cell(strip, b);
        float* const adjoint_at = adjoints + row * kNeuronVariables;
        NeuronAdjoint<Vec> adjoint = load_state(adjoint_at);
        const Vec d = load(d_spike[b] + at) + d_constant + load(lambda + row);
        const Vec g = neuron_step_backward(adjoint, d, load(slope + row), constants);
        const Vec l = synapse_step(load(later + row), decay, g);
        store_state(adjoint_at, adjoint);
        store(potential[b] + at, per_projection ? g : l);
        store(lambda + row, l);
      }
    }
  }

  /// The recurrent part of D[t] in kStrips strips; later: λ[t+1], feedback: [kCount][S·W].
  template <std::size_t kStrips>
  HETSYN_HD void product(std::size_t first, const float* later, float* feedback) const {
    const std::size_t stride = neurons.size * kLanes;
    const std::size_t row = padded();
    const float* const weights = w + first * stride;
    constexpr std::size_t kChains = kStrips * kCount < 4 ? 4 : 1;  // few sums would wait for each other
    Vec sum[kChains][kStrips][kCount] = {};
    const auto add = [&](std::size_t k, std::size_t chain) __attribute__((always_inline)) {
      Vec weight[kStrips];
#pragma GCC unroll 4
      for (std::size_t s = 0; s < kStrips; ++s) weight[s] = load(weights + s * stride + k * kLanes);
#pragma GCC unroll 4
      for (std::size_t b = 0; b < kCount; ++b) {
        const Vec l = broadcast(later[b * row + k]);
#pragma GCC unroll 4
        for (std::size_t s = 0; s < kStrips; ++s) sum[chain][s][b] += weight[s] * l;
      }
    };
    for_chains<kChains>(0, static_cast<std::uint32_t>(neurons.size), add);
#pragma GCC unroll 4
    for (std::size_t s = 0; s < kStrips; ++s) {
#pragma GCC unroll 4
      for (std::size_t b = 0; b < kCount; ++b) {
        Vec total = sum[0][s][b];
#pragma GCC unroll 4
        for (std::size_t c = 1; c < kChains; ++c) total += sum[c][s][b];
        store(feedback + cell(first + s, b), total);
      }
    }
  }

  HETSYN_HD void product_of_all(const float* later, float* feedback) const {
    constexpr std::size_t kTile = kLanes == 16 ? 4 : 2;  // strips whose sums fit into registers
    std::size_t strip = 0;
    for (; strip + kTile <= neurons.strips; strip += kTile) product<kTile>(strip, later, feedback);
    if (strip == neurons.strips) return;
    with_strips<kTile - 1>(
        neurons.strips - strip, [&](auto rest) __attribute__((always_inline)) {
          product<decltype(rest)::value>(strip, later, feedback);
        });
  }

  /// `carry` has λ of the step after the last, and receives λ of the first; `lambda` is scratch.
  void run(float* carry, float* lambda) const {
    float* later = carry;
    for (std::size_t t = time.steps; t-- > 0;) {
      if (t + 1 == time.steps || t % kBlock == kBlock - 1) compute_slopes(t / kBlock * kBlock, t + 1);
      product_of_all(later, lambda);
      finish_step(t, later, lambda);
      float* const swap = later;
      later = lambda;
      lambda = swap;
    }
    for (std::size_t n = 0; later != carry && n < kCount * padded(); ++n) carry[n] = later[n];
    for (std::size_t b = 0; b < kCount; ++b) {
      for (std::size_t strip = 0; strip < neurons.strips; ++strip) clear_padding(time, potential[b] + place(strip, 0));
    }
  }
};

template <std::size_t kCount>
void shared_recurrent_backward_samples(const NeuronView& neurons, const float* r, const float* w, const TimeShape& time,
                                       float* const* potential, const float* const* d_spike, const float* constant,
                                       bool per_projection, float* carry) {
  const std::size_t row = kCount * neurons.strips * kLanes;
  SharedRecurrentBackward<kCount>{neurons, time, potential,      d_spike,         constant,
                                  r,       w,    per_projection, carry + 2 * row, carry + (2 + kNeuronVariables) * row}
      .run(carry, carry + row);
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
