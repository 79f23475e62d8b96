#pragma once
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/simd.hpp"
#include "dynamics/neuron.hpp"
#include "dynamics/surrogate.hpp"

/// Neurons of one strip over all steps, without a recurrent projection.
namespace hetsyn::cpu::HETSYN_ISA {

template <bool kAdlif>
HETSYN_HD NeuronConstants<Vec> neuron_constants(const NeuronView& neurons, std::size_t strip) {
  NeuronConstants<Vec> constants = neurons.constants.map([](float value) { return broadcast(value); });
  constants.reset_decay = load(neurons.reset_decay + strip * kLanes);
  if constexpr (kAdlif) {
    constants.adaptation_decay = load(neurons.adaptation_decay + strip * kLanes);
    constants.adaptation = load(neurons.adaptation + strip * kLanes);
    constants.membrane_adaptation = load(neurons.membrane_adaptation + strip * kLanes);
  }
  return constants;
}

/// A structure of vectors, such as a state, in a plain float array [variables][W].
template <class Variables>
struct __attribute__((may_alias)) Aliasing : Variables {};

template <class Variables>
HETSYN_HD Variables load_as(const float* from) {
  static_assert(sizeof(Aliasing<Variables>) == sizeof(Variables));
  return *reinterpret_cast<const Aliasing<Variables>*>(from);
}
template <class Variables>
HETSYN_HD void store_as(float* to, const Variables& variables) {
  *reinterpret_cast<Aliasing<Variables>*>(to) = Aliasing<Variables>{variables};
}

/// Collects the spikes of one strip and block step by step.
struct PatternStrip {
  IntVec bits{};

  HETSYN_HD void add(IntVec spiked, std::size_t step) { bits |= spiked & (std::int32_t{1} << step); }
  HETSYN_HD void write(std::uint8_t* patterns) const {
    for (std::size_t lane = 0; lane < kLanes; ++lane) patterns[lane] = static_cast<std::uint8_t>(bits[lane]);
  }
};

template <bool kAdlif>
void run_neurons(const NeuronView& neurons, std::size_t strip, const TimeShape& time, float* potential,
                 std::uint8_t* patterns, float* current, bool tied, float* cell) {
  using State = StateOf<kAdlif, Vec>;
  const NeuronConstants<Vec> constants = neuron_constants<kAdlif>(neurons, strip);
  auto state = load_as<State>(cell);
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
  store_as<State>(cell, state);
  store(cell + kPotentialRow * kLanes, load(potential + (time.steps - 1) * kLanes));
}

void neuron_forward(const NeuronView& neurons, std::size_t strip, const TimeShape& time, float* potential,
                    std::uint8_t* patterns, float* current, bool tied, float* cell) {
  const auto run = neurons.adlif ? &run_neurons<true> : &run_neurons<false>;
  run(neurons, strip, time, potential, patterns, current, tied, cell);
}

HETSYN_HD Vec surrogate_slope(const NeuronView& neurons, Vec potential) {
  return surrogate_derivative(neurons.surrogate, potential - neurons.constants.threshold);
}

/// Sets the gradient to 0 at the steps that only pad the last block.
HETSYN_HD void clear_padding(const TimeShape& time, float* strip) {
  for (std::size_t n = time.steps * kLanes; n < time.blocks * kBlock * kLanes; ++n) strip[n] = 0.0F;
}

/// Adds the part of one step to the sums of a strip's adaptation, if they are wanted; the step's adjoint is still that
/// of the step after it.
HETSYN_HD void add_adaptation_step(float* sums, const AdlifAdjoint<Vec>& adjoint, Vec potential,
                                   const NeuronConstants<Vec>& constants) {
  if (sums == nullptr) return;
  auto d = load_as<AdaptationGradient<Vec>>(sums);
  add_adaptation_gradient(d, adjoint, heaviside(potential, constants.threshold), potential, constants);
  store_as<AdaptationGradient<Vec>>(sums, d);
}

template <bool kAdlif>
void run_neurons_backward(const NeuronView& neurons, std::size_t strip, const TimeShape& time, float* potential,
                          const float* d_spike, const float* constant, float* adjoint, float* d_adaptation) {
  using Adjoint = StateOf<kAdlif, Vec>;
  const NeuronConstants<Vec> constants = neuron_constants<kAdlif>(neurons, strip);
  const Vec d_constant = load(constant + strip * kLanes);
  auto state = load_as<Adjoint>(adjoint);
  for (std::size_t t = time.steps; t-- > 0;) {
    const Vec v = load(potential + t * kLanes);
    if constexpr (kAdlif) add_adaptation_step(d_adaptation, state, v, constants);
    const Vec slope = surrogate_slope(neurons, v);
    store(potential + t * kLanes,
          neuron_step_backward(state, load(d_spike + t * kLanes) + d_constant, slope, constants));
  }
  store_as<Adjoint>(adjoint, state);
  clear_padding(time, potential);
}

void neuron_backward(const NeuronView& neurons, std::size_t strip, const TimeShape& time, float* potential,
                     const float* d_spike, const float* constant, float* adjoint, float* d_adaptation) {
  const auto run = neurons.adlif ? &run_neurons_backward<true> : &run_neurons_backward<false>;
  run(neurons, strip, time, potential, d_spike, constant, adjoint, d_adaptation);
}

}  // namespace hetsyn::cpu::HETSYN_ISA
