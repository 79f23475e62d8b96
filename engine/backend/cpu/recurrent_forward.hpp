#pragma once
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/neuron.hpp"
#include "backend/cpu/simd.hpp"

/// The recurrent forward pass touches the state of each synapse once per block: first every synapse decays over the
/// whole block, then each spike inside the block adds its current to the rest of it.
namespace hetsyn::cpu::HETSYN_ISA {

/// Neurons that spiked at one step.
struct SpikeList {
  std::uint32_t* neuron;
  std::size_t count = 0;

  HETSYN_HD void append(IntVec spiked, std::size_t strip) {
    for (unsigned bits = lane_bits(spiked); bits != 0; bits &= bits - 1) {
      neuron[count++] = static_cast<std::uint32_t>(strip * kLanes) + static_cast<std::uint32_t>(__builtin_ctz(bits));
    }
  }
};

/// The neurons of one sample during a recurrent forward pass.
template <bool kAdlif>
struct RecurrentNeurons {
  using State = StateOf<kAdlif, Vec>;

  const NeuronView& neurons;
  const TimeShape& time;
  float* potential;
  float* cells;  ///< [S][kCellRows][W]

  [[nodiscard]] float* cell(std::size_t strip) const { return cells + strip * kCellRows * kLanes; }
  [[nodiscard]] float* row(std::size_t strip, std::size_t which) const { return cell(strip) + which * kLanes; }

  /// One step of one strip, which writes V[t]; z[t−1] follows from V[t−1].
  HETSYN_HD Vec step(std::size_t strip, std::size_t t, Vec current) {
    float* const at = potential + strip * time.strip_stride + t * kLanes;
    const Vec previous = load(t == 0 ? row(strip, kPotentialRow) : at - kLanes);
    const NeuronConstants<Vec> constants = neuron_constants<kAdlif>(neurons, strip);
    auto state = load_as<State>(cell(strip));
    const Vec v = neuron_step(state, heaviside(previous, constants.threshold), current, constants);
    store_as<State>(cell(strip), state);
    store(at, v);
    return v;
  }

  /// Writes those that spiked at the step before the first.
  HETSYN_HD void spikes_before(SpikeList& list) const {
    for (std::size_t strip = 0; strip < neurons.strips; ++strip) {
      list.append(load(row(strip, kPotentialRow)) > broadcast(neurons.constants.threshold), strip);
    }
  }

  /// Keeps V of the last step for the next call.
  HETSYN_HD void keep_potentials() const {
    for (std::size_t strip = 0; strip < neurons.strips; ++strip) {
      store(row(strip, kPotentialRow), load(potential + strip * time.strip_stride + (time.steps - 1) * kLanes));
    }
  }
};

/// acc[k] += current · r^(k+1) for the steps of a block; returns current · r⁸. Some powers are shared by multiplication
/// and addition instead of being stored: loads, not arithmetic, limit the recurrent forward pass.
HETSYN_HD Vec add_decay(Vec (&acc)[kBlock], Vec current, Vec r) {
  const Vec r2 = r * r;
  const Vec r4 = r2 * r2;
  const Vec c1 = current * r;
  const Vec c4 = current * r4;
  const Vec c5 = c4 * r;
  const Vec c8 = c4 * r4;
  acc[0] += c1;
  acc[1] += current * r2;
  acc[2] += c1 * r2;
  acc[3] += c4;
  acc[4] += c5;
  acc[5] += c4 * r2;
  acc[6] += c5 * r2;
  acc[7] += c8;
  return c8;
}

template <bool kAdlif>
struct RecurrentForward {
  RecurrentNeurons<kAdlif> cells;
  const float* r;
  const float* w;
  std::uint8_t* patterns;
  float* state;
  SpikeList previous, next, active;
  std::uint32_t* seen;  ///< [S·W] 1 where the neuron is in `active`

  /// Decays all synapses of neurons that have spiked before over the block, and adds their currents to `u`.
  HETSYN_HD void decay_block(std::size_t strip, float* u) {
    const std::size_t first = strip * cells.neurons.size * kLanes;
    const float* const decays = r + first;
    float* const currents = state + first;
    const std::uint32_t* const neuron = active.neuron;
    const std::size_t count = active.count;
    Vec acc[kBlock];
#pragma GCC unroll 8
    for (std::size_t k = 0; k < kBlock; ++k) acc[k] = load(u + k * kLanes);
    for (std::size_t n = 0; n < count; ++n) {
      const std::size_t at = neuron[n] * kLanes;
      store(currents + at, add_decay(acc, load(currents + at), load(decays + at)));
    }
#pragma GCC unroll 8
    for (std::size_t k = 0; k < kBlock; ++k) store(u + k * kLanes, acc[k]);
  }

  /// Adds the spikes of the previous step from step kStep of the block on: w, w r, w r² ….
  template <int kStep>
  HETSYN_HD void add_spikes(std::size_t strip, float* u) {
    const std::size_t first = strip * cells.neurons.size * kLanes;
    Vec acc[kBlock];
#pragma GCC unroll 8
    for (std::size_t k = kStep; k < kBlock; ++k) acc[k] = load(u + k * kLanes);
    for (std::size_t n = 0; n < previous.count; ++n) {
      const std::size_t at = first + previous.neuron[n] * kLanes;
      const Vec decay = load(r + at);
      Vec current = load(w + at);
      acc[kStep] += current;
#pragma GCC unroll 8
      for (std::size_t k = kStep + 1; k < kBlock; ++k) {
        current *= decay;
        acc[k] += current;
      }
      store(state + at, load(state + at) + current);
    }
#pragma GCC unroll 8
    for (std::size_t k = kStep; k < kBlock; ++k) store(u + k * kLanes, acc[k]);
  }

  template <int kStep>
  void step(std::size_t block) {
    const std::size_t t = block * kBlock + kStep;
    if (t >= cells.time.steps) return;
    next.count = 0;
    for (std::size_t strip = 0; strip < cells.neurons.strips; ++strip) {
      float* const v_strip = cells.potential + strip * cells.time.strip_stride;
      if (previous.count != 0) add_spikes<kStep>(strip, v_strip + block * kBlock * kLanes);
      const Vec v = cells.step(strip, t, load(v_strip + t * kLanes));
      next.append(v > broadcast(cells.neurons.constants.threshold), strip);
    }
    for (std::size_t n = 0; n < next.count; ++n) {
      const std::uint32_t k = next.neuron[n];
      patterns[block * cells.neurons.strips * kLanes + k] |= static_cast<std::uint8_t>(1U << kStep);
      if (seen[k] == 0) active.neuron[active.count++] = k;
      seen[k] = 1;
    }
    const SpikeList swap = previous;
    previous = next;
    next = swap;
  }

  void run() {
    const TimeShape& time = cells.time;
    const std::size_t padded = cells.neurons.strips * kLanes;
    for (std::size_t n = 0; n < padded; ++n) seen[n] = 0;
    for (std::size_t n = 0; n < active.count; ++n) seen[active.neuron[n]] = 1;
    for (std::size_t n = 0; n < padded * time.blocks; ++n) patterns[n] = 0;
    cells.spikes_before(previous);
    for (std::size_t block = 0; block < time.blocks; ++block) {
      for (std::size_t strip = 0; strip < cells.neurons.strips; ++strip) {
        decay_block(strip, cells.potential + strip * time.strip_stride + block * kBlock * kLanes);
      }
      step<0>(block);
      step<1>(block);
      step<2>(block);
      step<3>(block);
      step<4>(block);
      step<5>(block);
      step<6>(block);
      step<7>(block);
    }
    cells.keep_potentials();
  }
};

template <bool kAdlif>
void run_recurrent_forward(const NeuronView& neurons, const float* r, const float* w, const TimeShape& time,
                           float* potential, std::uint8_t* patterns, float* state, float* cells, std::uint32_t* active,
                           std::uint32_t* lists) {
  const std::size_t padded = neurons.strips * kLanes;
  RecurrentForward<kAdlif> pass{{neurons, time, potential, cells},
                                r,
                                w,
                                patterns,
                                state,
                                {lists},
                                {lists + padded},
                                {active + 1, active[0]},
                                lists + 2 * padded};
  pass.run();
  active[0] = static_cast<std::uint32_t>(pass.active.count);
}

void recurrent_forward(const NeuronView& neurons, const float* r, const float* w, const TimeShape& time,
                       float* potential, std::uint8_t* patterns, float* state, float* cells, std::uint32_t* active,
                       std::uint32_t* lists) {
  const auto run = neurons.adlif ? &run_recurrent_forward<true> : &run_recurrent_forward<false>;
  run(neurons, r, w, time, potential, patterns, state, cells, active, lists);
}

}  // namespace hetsyn::cpu::HETSYN_ISA
