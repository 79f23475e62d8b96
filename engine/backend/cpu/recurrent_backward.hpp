#pragma once
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/neuron.hpp"
#include "backend/cpu/simd.hpp"
#include "dynamics/synapse.hpp"

/// Backward pass through time of recurrent populations. D_j[t] needs Σ_k w'_kj λ'_kj[t+1], so lanes run over the
/// presynaptic index j. Per-synapse λ is loaded and stored every second step only:
///   λ[t+1] = g[t+1] + r (g[t+2] + r λ[t+3])     D[t] += Σ_k w λ[t+1]     D[t−1] += Σ_k w r λ[t+1] + Σ_k w g[t]
/// and several samples run in lock-step, so that they share the loads of w and r.
namespace hetsyn::cpu::HETSYN_ISA {

/// Σ_k rows[k] x[k] of one strip, in four independent sums.
HETSYN_HD Vec dot(const float* rows, const float* x, std::size_t count) {
  Vec sum[4] = {};
  std::size_t k = 0;
  for (; k + 4 <= count; k += 4) {
#pragma GCC unroll 4
    for (std::size_t c = 0; c < 4; ++c) sum[c] += load(rows + (k + c) * kLanes) * x[k + c];
  }
  for (; k < count; ++k) sum[0] += load(rows + k * kLanes) * x[k];
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/// The neurons of kCount samples during the backward pass.
template <std::size_t kCount>
struct NeuronsBackward {
  const NeuronView& neurons;
  const TimeShape& time;
  float* const* potential;
  const float* const* d_spike;
  const float* constant;
  float* adjoints;  ///< [kCount][S][kNeuronVariables][W]

  [[nodiscard]] std::size_t padded() const { return neurons.strips * kLanes; }

  /// The place of V, g and λ of one strip and step in `potential`.
  [[nodiscard]] std::size_t place(std::size_t strip, std::size_t t) const {
    return strip * time.strip_stride + t * kLanes;
  }

  /// g[t] = dL/dV[t] of one strip and sample, from the recurrent part of D[t]; moves the neurons' adjoints to t.
  HETSYN_HD Vec step(std::size_t strip, std::size_t sample, std::size_t t, Vec feedback) {
    const std::size_t at = place(strip, t);
    float* const cell = adjoints + (sample * neurons.strips + strip) * kNeuronVariables * kLanes;
    const Vec d = load(d_spike[sample] + at) + load(constant + strip * kLanes) + feedback;
    NeuronAdjoint<Vec> adjoint = load_state(cell);
    const Vec slope = surrogate_slope(neurons, load(potential[sample] + at));
    const Vec g = neuron_step_backward(adjoint, d, slope, neuron_constants(neurons, strip));
    store_state(cell, adjoint);
    return g;
  }

  void clear_all_padding() const {
    for (std::size_t b = 0; b < kCount; ++b) {
      for (std::size_t strip = 0; strip < neurons.strips; ++strip) clear_padding(time, potential[b] + place(strip, 0));
    }
  }
};

template <std::size_t kCount>
struct RecurrentBackward {
  NeuronsBackward<kCount> cells;
  const float* r;
  const float* w;
  float* state;    ///< λ [S][N][kCount][W]
  float* g_late;   ///< g[t+2], then g[t]     [kCount][S·W]
  float* g_early;  ///< g[t+1], then g[t−1]   [kCount][S·W]
  float* partial;  ///< Σ_k w r λ[t+1], for D[t−1] [kCount][S·W]

  [[nodiscard]] std::size_t padded() const { return cells.padded(); }

  /// g[t] of one strip and sample, from the recurrent part of D[t].
  HETSYN_HD void finish(std::size_t strip, std::size_t sample, std::size_t t, Vec feedback, float* g_out) {
    const Vec g = cells.step(strip, sample, t, feedback);
    store(cells.potential[sample] + cells.place(strip, t), g);
    store(g_out + sample * padded() + strip * kLanes, g);
  }

  /// Moves λ of one presynaptic strip from t+3 to t+1 and sums over the postsynaptic neurons k for D[t] and D[t−1].
  /// With a single sample, several independent sums avoid waiting for each addition.
  HETSYN_HD void move_state(std::size_t strip, Vec (&now)[kCount], Vec (&then)[kCount]) {
    constexpr std::size_t kChains = kCount == 1 ? 4 : 1;
    // Copies, since the compiler would read members again after each store that may alias them.
    const std::size_t size = cells.neurons.size;
    const std::size_t row = padded();
    const float* const decays = r + strip * size * kLanes;
    const float* const weights = w + strip * size * kLanes;
    float* const lambdas = state + strip * size * kLanes * kCount;
    const float* const late = g_late;
    const float* const early = g_early;
    Vec now_chain[kChains][kCount] = {};
    Vec then_chain[kChains][kCount] = {};
    const auto move = [&](std::size_t k, std::size_t chain) __attribute__((always_inline)) {
      const Vec decay = load(decays + k * kLanes);
      const Vec weight = load(weights + k * kLanes);
      const Vec decayed_weight = weight * decay;
#pragma GCC unroll 4
      for (std::size_t b = 0; b < kCount; ++b) {
        float* const at = lambdas + (k * kCount + b) * kLanes;
        Vec lambda = synapse_step(load(at), decay, broadcast(late[b * row + k]));
        lambda = synapse_step(lambda, decay, broadcast(early[b * row + k]));
        store(at, lambda);
        now_chain[chain][b] += weight * lambda;
        then_chain[chain][b] += decayed_weight * lambda;
      }
    };
    std::size_t k = 0;
    for (; k + kChains <= size; k += kChains) {
#pragma GCC unroll 4
      for (std::size_t c = 0; c < kChains; ++c) move(k + c, c);
    }
    for (; k < size; ++k) move(k, 0);
    for (std::size_t c = 0; c < kChains; ++c) {
      for (std::size_t b = 0; b < kCount; ++b) {
        now[b] += now_chain[c][b];
        then[b] += then_chain[c][b];
      }
    }
  }

  HETSYN_HD void first_of_pair(std::size_t t, float* g_out) {
    for (std::size_t strip = 0; strip < cells.neurons.strips; ++strip) {
      Vec now[kCount] = {};
      Vec then[kCount] = {};
      move_state(strip, now, then);
      for (std::size_t b = 0; b < kCount; ++b) {
        finish(strip, b, t, now[b], g_out);
        store(partial + b * padded() + strip * kLanes, then[b]);
      }
    }
  }

  HETSYN_HD void second_of_pair(std::size_t t, const float* g_next, float* g_out) {
    for (std::size_t strip = 0; strip < cells.neurons.strips; ++strip) {
      Vec sum[kCount];
      for (std::size_t b = 0; b < kCount; ++b) sum[b] = load(partial + b * padded() + strip * kLanes);
      const float* const weights = w + strip * cells.neurons.size * kLanes;
      if constexpr (kCount == 1) {
        sum[0] += dot(weights, g_next, cells.neurons.size);
      } else {
        for (std::size_t k = 0; k < cells.neurons.size; ++k) {
          const Vec weight = load(weights + k * kLanes);
#pragma GCC unroll 4
          for (std::size_t b = 0; b < kCount; ++b) sum[b] += weight * g_next[b * padded() + k];
        }
      }
      for (std::size_t b = 0; b < kCount; ++b) finish(strip, b, t, sum[b], g_out);
    }
  }

  /// Computes g for steps [begin, end), begin even. If T is odd, the last step is handled alone. `fresh_late` and
  /// `fresh_early` receive g[t] and g[t−1] while move_state() still reads the older pair.
  void run(std::size_t begin, std::size_t end, float* fresh_late, float* fresh_early) {
    const std::size_t row = kCount * padded();
    std::size_t t = end;
    if (t % 2 != 0) {  // the last step of the sample: no later one feeds back
      --t;
      for (std::size_t strip = 0; strip < cells.neurons.strips; ++strip) {
        for (std::size_t b = 0; b < kCount; ++b) finish(strip, b, t, Vec{}, g_early);
      }
    }
    while (t > begin) {
      first_of_pair(--t, fresh_late);
      second_of_pair(--t, fresh_late, fresh_early);
      copy(fresh_late, g_late, row);
      copy(fresh_early, g_early, row);
    }
  }

  static void copy(const float* from, float* to, std::size_t count) {
    for (std::size_t n = 0; n < count; ++n) to[n] = from[n];
  }
};

template <std::size_t kCount>
void recurrent_backward_range(const NeuronView& neurons, const float* r, const float* w, const TimeShape& time,
                              BlockRange blocks, float* const* potential, const float* const* d_spike,
                              const float* constant, float* carry) {
  const std::size_t row = kCount * neurons.strips * kLanes;
  float* const rows = carry + row * neurons.size;
  const std::size_t end = time.steps < blocks.end * kBlock ? time.steps : blocks.end * kBlock;
  const NeuronsBackward<kCount> cells{neurons, time, potential, d_spike, constant, rows + 5 * row};
  RecurrentBackward<kCount>{cells, r, w, carry, rows, rows + row, rows + 2 * row}.run(blocks.begin * kBlock, end,
                                                                                      rows + 3 * row, rows + 4 * row);
  if (end == time.steps) cells.clear_all_padding();
}

void recurrent_backward(const NeuronView& neurons, const float* r, const float* w, const TimeShape& time,
                        BlockRange blocks, std::size_t count, float* const* potential, const float* const* d_spike,
                        const float* constant, float* carry) {
  if (count == kLockstep) {
    return recurrent_backward_range<kLockstep>(neurons, r, w, time, blocks, potential, d_spike, constant, carry);
  }
  for (std::size_t b = 0; b < count; ++b) {
    recurrent_backward_range<1>(neurons, r, w, time, blocks, potential + b, d_spike + b, constant,
                                carry + b * recurrent_carry(1, neurons.size, neurons.strips * kLanes));
  }
}

}  // namespace hetsyn::cpu::HETSYN_ISA
