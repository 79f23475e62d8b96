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
template <bool kAdlif>
struct SharedRecurrentForward {
  RecurrentNeurons<kAdlif> cells;
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
      if (current != nullptr) store(current + at, tied ? u - load_as<NeuronState<Vec>>(cells.cell(strip)).reset : u);
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

template <bool kAdlif>
void run_shared_recurrent_forward(const NeuronView& neurons, const float* r, const float* w, const TimeShape& time,
                                  float* potential, std::uint8_t* patterns, float* current, bool tied,
                                  bool per_projection, float* cells, std::uint32_t* lists) {
  const std::size_t padded = neurons.strips * kLanes;
  const NeuronView view = neurons;  // a copy, which the compiler keeps in registers: stores to memory cannot change it
  SharedRecurrentForward<kAdlif> pass{{view, time, potential, cells}, r, w, current, tied, per_projection};
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

void shared_recurrent_forward(const NeuronView& neurons, const float* r, const float* w, const TimeShape& time,
                              float* potential, std::uint8_t* patterns, float* current, bool tied, bool per_projection,
                              float* cells, std::uint32_t* lists) {
  const auto run = neurons.adlif ? &run_shared_recurrent_forward<true> : &run_shared_recurrent_forward<false>;
  run(neurons, r, w, time, potential, patterns, current, tied, per_projection, cells, lists);
}

/// Backward: λ is per neuron, and D_j[t] = Σ_k w_kj λ_k[t+1] is a product of the weights with the λ of all samples,
/// tiled over strips and samples to reuse loaded values.
template <std::size_t kCount, bool kAdlif>
struct SharedRecurrentBackward {
  BlocksBackward<kCount, kAdlif> cells;
  const float* r;
  const float* w;
  bool per_projection;  ///< keeps g instead of λ
  DecaySums decay;
  float* lambda;  ///< λ[t+1], then λ[t]      one row
  float* sums;    ///< D of the block, as far as it is known   [kBlock] rows

  /// Adds the recurrent part of D[t] of kStrips strips.
  template <std::size_t kStrips>
  HETSYN_HD void add_feedback(std::size_t first, float* to) const {
    const std::size_t stride = cells.neurons.size * kLanes;
    const std::size_t padded = cells.padded();
    const float* const weights = w + first * stride;
    const float* const later = lambda;
    constexpr std::size_t kChains = kStrips * kCount < 4 ? 4 : 1;  // few sums would wait for each other
    Vec sum[kChains][kStrips][kCount] = {};
    const auto add = [&](std::size_t k, std::size_t chain) __attribute__((always_inline)) {
      Vec weight[kStrips];
#pragma GCC unroll 4
      for (std::size_t s = 0; s < kStrips; ++s) weight[s] = load(weights + s * stride + k * kLanes);
#pragma GCC unroll 4
      for (std::size_t b = 0; b < kCount; ++b) {
        const Vec l = broadcast(later[b * padded + k]);
#pragma GCC unroll 4
        for (std::size_t s = 0; s < kStrips; ++s) sum[chain][s][b] += weight[s] * l;
      }
    };
    for_chains<kChains>(0, static_cast<std::uint32_t>(cells.neurons.size), add);
#pragma GCC unroll 4
    for (std::size_t s = 0; s < kStrips; ++s) {
#pragma GCC unroll 4
      for (std::size_t b = 0; b < kCount; ++b) {
        float* const d = to + b * padded + (first + s) * kLanes;
        Vec all = load(d) + sum[0][s][b];
#pragma GCC unroll 4
        for (std::size_t c = 1; c < kChains; ++c) all += sum[c][s][b];
        store(d, all);
      }
    }
  }

  HETSYN_HD void add_feedback(float* to) const {
    constexpr std::size_t kTile = kLanes == 16 ? 4 : 2;  // strips whose sums fit into registers
    const std::size_t strips = cells.neurons.strips;
    std::size_t strip = 0;
    for (; strip + kTile <= strips; strip += kTile) add_feedback<kTile>(strip, to);
    if (strip == strips) return;
    with_strips<kTile - 1>(
        strips - strip, [&](auto rest)
                            __attribute__((always_inline)) { add_feedback<decltype(rest)::value>(strip, to); });
  }

  /// λ[t] from g[t] and λ[t+1], and its part of the decay's gradient.
  HETSYN_HD Vec step_lambda(std::size_t t, std::size_t at, std::size_t strip, std::size_t sample, Vec g) const {
    const Vec l = synapse_step(load(lambda + at), load(r + strip * kLanes), g);
    store(lambda + at, l);
    if (decay.current != nullptr) {
      const float* const now = decay.current[sample] + cells.place(strip, t);
      if (t > kBlock) __builtin_prefetch(now - (kBlock + 1) * kLanes, 0, 2);
      store(decay.d_r + at, load(decay.d_r + at) + l * load(t > 0 ? now - kLanes : decay.before + at));
    }
    return per_projection ? g : l;
  }

  void run() const {
    for (std::size_t block = cells.time.blocks; block-- > 0;) {
      cells.start_block(block, sums);
      for (std::size_t m = 0; m < kBlock; ++m) {
        const std::size_t t = block * kBlock + kBlock - 1 - m;
        if (t >= cells.time.steps) continue;  // pads the last block
        float* const sum = sums + m * cells.row();
        add_feedback(sum);
        cells.step(
            t, sum, [&](std::size_t at, std::size_t strip, std::size_t sample, Vec g) __attribute__((always_inline)) {
              return step_lambda(t, at, strip, sample, g);
            });
      }
    }
    cells.clear_all_padding();
  }
};

template <std::size_t kCount, bool kAdlif>
void shared_recurrent_backward_samples(const NeuronView& neurons, const float* r, const float* w, const TimeShape& time,
                                       float* const* potential, const float* const* d_spike, const float* constant,
                                       bool per_projection, const DecaySums& decay, float* carry, float* d_adaptation) {
  const NeuronView view = neurons;  // a copy, which the compiler keeps in registers: stores to memory cannot change it
  const std::size_t row = kCount * neurons.strips * kLanes;
  float* const sums = carry + (1 + kMostVariables) * row;
  const BlocksBackward<kCount, kAdlif> cells{view, time, potential, d_spike, constant, carry + row, d_adaptation};
  SharedRecurrentBackward<kCount, kAdlif>{cells, r, w, per_projection, decay, carry, sums}.run();
}

void shared_recurrent_backward(const NeuronView& neurons, const float* r, const float* w, const TimeShape& time,
                               std::size_t count, float* const* potential, const float* const* d_spike,
                               const float* constant, bool per_projection, const DecaySums& decay, float* carry,
                               float* d_adaptation) {
  if (count == kLockstep) {
    const auto run = neurons.adlif ? &shared_recurrent_backward_samples<kLockstep, true>
                                   : &shared_recurrent_backward_samples<kLockstep, false>;
    return run(neurons, r, w, time, potential, d_spike, constant, per_projection, decay, carry, d_adaptation);
  }
  const auto run =
      neurons.adlif ? &shared_recurrent_backward_samples<1, true> : &shared_recurrent_backward_samples<1, false>;
  const std::size_t padded = neurons.strips * kLanes;
  for (std::size_t b = 0; b < count; ++b) {
    run(neurons, r, w, time, potential + b, d_spike + b, constant, per_projection, decay.of_sample(b, padded),
        carry + b * shared_carry(1, padded), adaptation_sums(d_adaptation, b * padded));
  }
}

}  // namespace hetsyn::cpu::HETSYN_ISA
