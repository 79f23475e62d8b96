#pragma once
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/simd.hpp"
#include "dynamics/neuron.hpp"
#include "dynamics/surrogate.hpp"

/// Neurons of one strip over all steps, without a recurrent projection.
namespace hetsyn::cpu::HETSYN_ISA {

HETSYN_HD NeuronConstants<Vec> neuron_constants(const NeuronView& neurons, std::size_t strip) {
  NeuronConstants<Vec> constants = neurons.constants.map([](float value) { return broadcast(value); });
  constants.reset_decay = load(neurons.reset_decay + strip * kLanes);
  return constants;
}

/// The state (or adjoint) of a strip in a plain float array: [kNeuronVariables][W].
struct __attribute__((may_alias)) AliasingState : NeuronState<Vec> {};
static_assert(sizeof(AliasingState) == kNeuronVariables * sizeof(Vec));

HETSYN_HD NeuronState<Vec> load_state(const float* state) { return *reinterpret_cast<const AliasingState*>(state); }
HETSYN_HD void store_state(float* to, const NeuronState<Vec>& state) {
  *reinterpret_cast<AliasingState*>(to) = AliasingState{state};
}

/// Collects the spikes of one strip and block step by step.
struct PatternStrip {
  IntVec bits{};

  HETSYN_HD void add(IntVec spiked, std::size_t step) { bits |= spiked & (std::int32_t{1} << step); }
  HETSYN_HD void write(std::uint8_t* patterns) const {
    for (std::size_t lane = 0; lane < kLanes; ++lane) patterns[lane] = static_cast<std::uint8_t>(bits[lane]);
  }
};

void neuron_forward(const NeuronView& neurons, std::size_t strip, const TimeShape& time, float* potential,
                    std::uint8_t* patterns, float* current, bool tied, float* cell) {
  const NeuronConstants<Vec> constants = neuron_constants(neurons, strip);
  NeuronState<Vec> state = load_state(cell);
  Vec spike = heaviside(load(cell + kPotentialRow * kLanes), constants.threshold);
  for (std::size_t block = 0; block < time.blocks; ++block) {
    PatternStrip pattern;
    const std::size_t end = time.steps < (block + 1) * kBlock ? time.steps : (block + 1) * kBlock;
    for (std::size_t t = block * kBlock; t < end; ++t) {
      const Vec u = load(potential + t * kLanes);
      const Vec v = neuron_step(state, spike, u, constants);
      if (current != nullptr) store(current + t * kLanes, tied ? u - state.reset : u);
      store(potential + t * kLanes, v);
      spike = heaviside(v, constants.threshold);
      pattern.add(v > constants.threshold, t - block * kBlock);
    }
    pattern.write(patterns + (block * neurons.strips + strip) * kLanes);
  }
  store_state(cell, state);
  store(cell + kPotentialRow * kLanes, load(potential + (time.steps - 1) * kLanes));
}

HETSYN_HD Vec surrogate_slope(const NeuronView& neurons, Vec potential) {
  return surrogate_derivative(neurons.surrogate, potential - neurons.constants.threshold);
}

/// Sets the gradient to 0 at the steps that only pad the last block.
HETSYN_HD void clear_padding(const TimeShape& time, float* strip) {
  for (std::size_t n = time.steps * kLanes; n < time.blocks * kBlock * kLanes; ++n) strip[n] = 0.0F;
}

void neuron_backward(const NeuronView& neurons, std::size_t strip, const TimeShape& time, float* potential,
                     const float* d_spike, const float* constant, float* adjoint) {
  const NeuronConstants<Vec> constants = neuron_constants(neurons, strip);
  const Vec d_constant = load(constant + strip * kLanes);
  NeuronAdjoint<Vec> state = load_state(adjoint);
  for (std::size_t t = time.steps; t-- > 0;) {
    const Vec slope = surrogate_slope(neurons, load(potential + t * kLanes));
    store(potential + t * kLanes,
          neuron_step_backward(state, load(d_spike + t * kLanes) + d_constant, slope, constants));
  }
  store_state(adjoint, state);
  clear_padding(time, potential);
}

}  // namespace hetsyn::cpu::HETSYN_ISA
