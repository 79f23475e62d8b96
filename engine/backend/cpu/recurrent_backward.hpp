#pragma once
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/neuron.hpp"
#include "backend/cpu/simd.hpp"
#include "dynamics/synapse.hpp"

/// Backward pass through time of recurrent populations with a decay per synapse. D_j[t] needs Σ_k w_kj λ_kj[t+1], so
/// lanes run over the presynaptic index j, and several samples run in lock-step, which share the loads of w and r.
///
/// λ is loaded and stored once per *group* of steps. With λ of step t+1, the part of D that follows from later groups
/// is
///   D[t−m] += Σ_k w r^m λ[t+1],   m = 0, 1, …
/// Inside a group, the same formula adds what follows from its later half to D of its earlier half, with
///   λ = g[t+1] + r g[t+2] + r² g[t+3] …
/// of that half alone, and so on for each half. Groups of 2 steps need 2.5 multiply-adds per synapse and step, groups
/// of 4 need 3.25, with half the traffic.
namespace hetsyn::cpu::HETSYN_ISA {

/// The neurons of kCount samples during the backward pass. Rows are [kCount][S·W]; the steps of a block are counted
/// from its last one.
template <std::size_t kCount, bool kAdlif>
struct BlocksBackward {
  using Adjoint = StateOf<kAdlif, Vec>;

  const NeuronView& neurons;
  const TimeShape& time;
  float* const* potential;
  const float* const* d_spike;
  const float* constant;
  float* adjoints;      ///< [kCount][S][variables][W]
  float* d_adaptation;  ///< [kCount][S][kAdaptationSums][W], or null

  [[nodiscard]] std::size_t padded() const { return neurons.strips * kLanes; }
  [[nodiscard]] std::size_t row() const { return kCount * padded(); }

  /// The place of V and g of one strip and step in `potential`.
  [[nodiscard]] std::size_t place(std::size_t strip, std::size_t t) const {
    return strip * time.strip_stride + t * kLanes;
  }

  /// Replaces V of a block by the surrogate's slope (of adLIF neurons, V is still needed), and writes D without its
  /// recurrent part to `sums`, [kBlock] rows. This reads the tape strip by strip, and asks for the next block, since it
  /// is in main memory.
  HETSYN_HD void start_block(std::size_t block, float* sums) const {
    const std::size_t begin = block * kBlock;
    const std::size_t end = time.steps < begin + kBlock ? time.steps : begin + kBlock;
    for (std::size_t strip = 0; strip < neurons.strips; ++strip) {
      const Vec fixed = load(constant + strip * kLanes);
      for (std::size_t b = 0; b < kCount; ++b) {
        float* const v = potential[b] + place(strip, begin);
        const float* const d = d_spike[b] + place(strip, begin);
        float* const sum = sums + b * padded() + strip * kLanes;
        for (std::size_t k = 0; k < end - begin; ++k) {
          if (block > 0) {
            __builtin_prefetch(v + (k - kBlock) * kLanes, 1, 2);
            __builtin_prefetch(d + (k - kBlock) * kLanes, 0, 2);
          }
          if constexpr (!kAdlif) store(v + k * kLanes, surrogate_slope(neurons, load(v + k * kLanes)));
          store(sum + (kBlock - 1 - k) * row(), load(d + k * kLanes) + fixed);
        }
      }
    }
  }

  /// Calls keep(place in a row, strip, sample, g[t] = dL/dV[t]) for a step, given D[t], and replaces what start_block()
  /// has left by the results.
  template <class Keep>
  HETSYN_HD void step(std::size_t t, const float* sum, const Keep& keep) const {
    for (std::size_t strip = 0; strip < neurons.strips; ++strip) {
      const NeuronConstants<Vec> constants = neuron_constants<kAdlif>(neurons, strip);
      for (std::size_t b = 0; b < kCount; ++b) {
        const std::size_t at = b * padded() + strip * kLanes;
        float* const on_tape = potential[b] + place(strip, t);
        float* const variables = adjoints + at * kVariablesOf<kAdlif>;
        auto adjoint = load_as<Adjoint>(variables);
        const Vec slope = slope_of(load(on_tape), at, adjoint, constants);
        const Vec g = neuron_step_backward(adjoint, load(sum + at), slope, constants);
        store_as<Adjoint>(variables, adjoint);
        store(on_tape, keep(at, strip, b, g));
      }
    }
  }

  void clear_all_padding() const {
    for (std::size_t b = 0; b < kCount; ++b) {
      for (std::size_t strip = 0; strip < neurons.strips; ++strip) clear_padding(time, potential[b] + place(strip, 0));
    }
  }

 private:
  /// The slope, which start_block() has left, or V; then also adds to d_adaptation.
  HETSYN_HD Vec slope_of(Vec left, std::size_t at, const Adjoint& adjoint,
                         const NeuronConstants<Vec>& constants) const {
    if constexpr (kAdlif) {
      add_adaptation_step(adaptation_sums(d_adaptation, at), adjoint, left, constants);
      return surrogate_slope(neurons, left);
    } else {
      return left;
    }
  }
};

/// Rows of steps are those of a group or block, counted from its last step.
template <std::size_t kGroup, std::size_t kCount, bool kAdlif>
struct RecurrentBackward {
  BlocksBackward<kCount, kAdlif> cells;
  const float* r;
  const float* w;
  float* state;  ///< λ [S][N][kCount][W] at the first step of the later group
  float* g;      ///< of that group, step by step replaced by this one   [kGroup] rows
  float* sums;   ///< D of the block, as far as it is known   [kBlock] rows

  /// Samples whose sums fit into registers.
  template <std::size_t kSteps>
  static constexpr std::size_t kTogether = [] {
    const std::size_t fit = (kLanes == 16 ? 16 : 8) / kSteps;
    return fit < 1 ? std::size_t{1} : fit < kCount ? fit : kCount;
  }();

  /// Adds what follows from `later`, g of kSteps steps, to D of the kSteps steps before. With kStates, λ of even later
  /// steps is included, and moved. For one strip and kTogether samples from `sample` on.
  template <std::size_t kSteps, bool kStates>
  HETSYN_HD void add_feedback(std::size_t strip, std::size_t sample, const float* later, float* to) const {
    constexpr std::size_t kSamples = kTogether<kSteps>;
    constexpr std::size_t kChains = kSamples * kSteps < 4 ? 4 / kSamples / kSteps : 1;  // to hide their latency
    // Copies, since the compiler would read members again after each store that may alias them.
    const std::size_t size = cells.neurons.size;
    const std::size_t padded = cells.padded();
    const std::size_t row = cells.row();
    const float* const decays = r + strip * size * kLanes;
    const float* const weights = w + strip * size * kLanes;
    float* const lambdas = state + (strip * size * kCount + sample) * kLanes;
    later += sample * padded;
    Vec sum[kChains][kSamples][kSteps] = {};
    const auto add = [&](std::size_t k, Vec(&chain)[kSamples][kSteps]) __attribute__((always_inline)) {
      const Vec decay = load(decays + k * kLanes);
      Vec weight[kSteps];
      weight[0] = load(weights + k * kLanes);
#pragma GCC unroll 4
      for (std::size_t m = 1; m < kSteps; ++m) weight[m] = weight[m - 1] * decay;
#pragma GCC unroll 4
      for (std::size_t b = 0; b < kSamples; ++b) {
        float* const at = lambdas + (k * kCount + b) * kLanes;
        const float* const g_k = later + b * padded + k;
        Vec lambda = kStates ? synapse_step(load(at), decay, broadcast(g_k[0])) : broadcast(g_k[0]);
#pragma GCC unroll 4
        for (std::size_t m = 1; m < kSteps; ++m) lambda = synapse_step(lambda, decay, broadcast(g_k[m * row]));
        if (kStates) store(at, lambda);
#pragma GCC unroll 4
        for (std::size_t m = 0; m < kSteps; ++m) chain[b][m] += weight[m] * lambda;
      }
    };
    std::size_t k = 0;
    for (; k + kChains <= size; k += kChains) {
#pragma GCC unroll 4
      for (std::size_t c = 0; c < kChains; ++c) add(k + c, sum[c]);
    }
    for (; k < size; ++k) add(k, sum[0]);
    for (std::size_t b = 0; b < kSamples; ++b) {
      for (std::size_t m = 0; m < kSteps; ++m) {
        float* const d = to + m * row + (sample + b) * padded + strip * kLanes;
        Vec all = load(d) + sum[0][b][m];
#pragma GCC unroll 4
        for (std::size_t c = 1; c < kChains; ++c) all += sum[c][b][m];
        store(d, all);
      }
    }
  }

  template <std::size_t kSteps, bool kStates>
  HETSYN_HD void add_feedback(const float* later, float* to) const {
    for (std::size_t strip = 0; strip < cells.neurons.strips; ++strip) {
      for (std::size_t b = 0; b < kCount; b += kTogether<kSteps>) add_feedback<kSteps, kStates>(strip, b, later, to);
    }
  }

  /// Computes g of kSteps steps up to `last`, given all that follows from steps after `last`.
  template <std::size_t kSteps>
  HETSYN_HD void steps(std::size_t last, float* sum, float* to) const {
    if constexpr (kSteps == 1) {
      const auto keep = [to](std::size_t at, std::size_t, std::size_t, Vec now) __attribute__((always_inline)) {
        store(to + at, now);
        return now;
      };
      if (last < cells.time.steps) return cells.step(last, sum, keep);
      for (std::size_t n = 0; n < cells.row(); ++n) to[n] = 0.0F;  // a step that only pads the last block
    } else {
      constexpr std::size_t kHalf = kSteps / 2;
      const std::size_t half = kHalf * cells.row();
      steps<kHalf>(last, sum, to);
      add_feedback<kHalf, false>(to, sum + half);
      steps<kHalf>(last - kHalf, sum + half, to + half);
    }
  }

  void run(BlockRange blocks) const {
    for (std::size_t block = blocks.end; block-- > blocks.begin;) {
      cells.start_block(block, sums);
      for (std::size_t m = 0; m < kBlock; m += kGroup) {
        float* const sum = sums + m * cells.row();
        add_feedback<kGroup, true>(g, sum);
        steps<kGroup>(block * kBlock + kBlock - 1 - m, sum, g);
      }
    }
    if (blocks.end == cells.time.blocks) cells.clear_all_padding();
  }
};

template <std::size_t kCount, bool kAdlif>
void recurrent_backward_samples(const NeuronView& neurons, const float* r, const float* w, const TimeShape& time,
                                BlockRange blocks, float* const* potential, const float* const* d_spike,
                                const float* constant, float* carry, float* d_adaptation) {
  const std::size_t row = kCount * neurons.strips * kLanes;
  float* const rows = carry + row * neurons.size;
  const BlocksBackward<kCount, kAdlif> cells{neurons,     time, potential, d_spike, constant, rows + 2 * kBlock * row,
                                             d_adaptation};
  const auto run = [&]<std::size_t kGroup>() {
    RecurrentBackward<kGroup, kCount, kAdlif>{cells, r, w, carry, rows, rows + kBlock * row}.run(blocks);
  };
  if (recurrent_group(neurons.size) == 2) return run.template operator()<2>();
  run.template operator()<4>();
}

void recurrent_backward(const NeuronView& neurons, const float* r, const float* w, const TimeShape& time,
                        BlockRange blocks, std::size_t count, float* const* potential, const float* const* d_spike,
                        const float* constant, float* carry, float* d_adaptation) {
  if (count == kLockstep) {
    const auto run =
        neurons.adlif ? &recurrent_backward_samples<kLockstep, true> : &recurrent_backward_samples<kLockstep, false>;
    return run(neurons, r, w, time, blocks, potential, d_spike, constant, carry, d_adaptation);
  }
  const auto run = neurons.adlif ? &recurrent_backward_samples<1, true> : &recurrent_backward_samples<1, false>;
  const std::size_t padded = neurons.strips * kLanes;
  for (std::size_t b = 0; b < count; ++b) {
    run(neurons, r, w, time, blocks, potential + b, d_spike + b, constant,
        carry + b * recurrent_carry(1, neurons.size, padded), adaptation_sums(d_adaptation, b * padded));
  }
}

}  // namespace hetsyn::cpu::HETSYN_ISA
