#pragma once
#include <cstddef>

#include "backend/cuda/kernels/simt.hpp"
#include "backend/cuda/kernels/views.hpp"
#include "dynamics/neuron.hpp"
#include "dynamics/synapse.hpp"

/// One neuron in a kernel, forwards and backwards in time. With kOwnDecays each synapse has its own decay, and the
/// neuron has none; with kAdlif, the neuron's state is an AdlifState.
namespace hetsyn::cuda {

template <bool kOwnDecays>
HETSYN_DEVICE float shared_decay(const Neurons& neurons, unsigned j) {
  return kOwnDecays ? 0.0F : neurons.decay[j * neurons.decay_step];
}

template <bool kOwnDecays, bool kAdlif>
HETSYN_DEVICE NeuronConstants<float> neuron_constants(const Neurons& neurons, unsigned j) {
  NeuronConstants<float> constants = neurons.constants;
  if (!kOwnDecays && neurons.tied) constants.reset_decay = shared_decay<kOwnDecays>(neurons, j);
  if (kAdlif && neurons.adaptation != nullptr) {
    const unsigned at = j * neurons.adaptation_step;
    constants.adaptation_decay = neurons.adaptation_decay[at];
    constants.adaptation = neurons.adaptation[at];
    constants.membrane_adaptation = neurons.membrane_adaptation[at];
  }
  return constants;
}

template <bool kOwnDecays, bool kAdlif>
struct Cell {
  CellState<kAdlif> state;
  NeuronConstants<float> constants;
  float decay;
  bool spiking, tied, per_projection;

  HETSYN_DEVICE Cell(const Neurons& neurons, unsigned j)
      : constants(neuron_constants<kOwnDecays, kAdlif>(neurons, j)),
        decay(shared_decay<kOwnDecays>(neurons, j)),
        spiking(neurons.spiking),
        tied(neurons.tied),
        per_projection(neurons.per_projection) {}

  /// Computes V[t] from the currents of step t and sets state.spike.
  HETSYN_DEVICE float step(float drive, unsigned t) {
    state.current = kOwnDecays ? drive : synapse_step(state.current, decay, drive);
    return fire(state.current, t);
  }
  /// The same, with feed-forward and recurrent current given separately.
  HETSYN_DEVICE float step(float feedforward, float feedback, unsigned t) {
    if (kOwnDecays || !per_projection) return step(feedforward + feedback, t);
    state.current = synapse_step(state.current, decay, feedback);
    return fire(feedforward + state.current, t);
  }
  /// Computes V[t] from the sum of currents at step t.
  HETSYN_DEVICE float fire(float current, unsigned t) {
    if (!spiking) return current;
    const float v = neuron_step(state.neuron, state.spike, current, constants);
    state.spike = heaviside(v, constants.threshold);
    state.word |= (v > constants.threshold ? 1U : 0U) << t % kWordSteps;
    state.count += state.spike;
    return v;
  }
  [[nodiscard]] HETSYN_DEVICE bool spikes() const { return state.spike != 0.0F; }

  /// Writes step t to the tape.
  HETSYN_DEVICE void record(const NeuronTape& tape, const BatchShape& shape, const Neurons& neurons, unsigned sample,
                            unsigned t, unsigned j, float v) {
    const std::size_t at = shape.row(sample, t) * neurons.size + j;
    tape.potential[at] = v;
    if (tape.current != nullptr) tape.current[at] = tied ? state.current - state.neuron.reset : state.current;
    const bool last = t + 1 == shape.steps;
    if (!spiking || (t % kWordSteps + 1 < kWordSteps && !last)) return;
    tape.spikes[shape.word_row(sample, t / kWordSteps) * neurons.size + j] = state.word;
    state.word = 0;
    if (last) tape.counts[std::size_t{sample} * neurons.size + j] = state.count;
  }
};

template <bool kOwnDecays, bool kAdlif>
struct CellAdjoint {
  CellAdjointState<kAdlif> state;
  NeuronConstants<float> constants;
  float decay;
  bool spiking;

  HETSYN_DEVICE CellAdjoint(const Neurons& neurons, unsigned j)
      : constants(neuron_constants<kOwnDecays, kAdlif>(neurons, j)),
        decay(shared_decay<kOwnDecays>(neurons, j)),
        spiking(neurons.spiking) {}

  /// Turns V[t] and dL/dz[t] (dL/dV[t] if the neuron does not spike) into g[t], or into λ[t] if decays are shared.
  HETSYN_DEVICE float step(const SurrogateConstants<float>& surrogate, float v, float d_output) {
    return decayed(potential_gradient(surrogate, v, d_output));
  }
  /// The same in a recurrent kernel; writes element `at` if `writes`, and both g and λ if the decay belongs to the
  /// recurrent synapses alone.
  HETSYN_DEVICE float step(const SurrogateConstants<float>& surrogate, float v, float d_output,
                           const NeuronGradient& gradient, std::size_t at, bool writes) {
    const float g = potential_gradient(surrogate, v, d_output);
    const float adjoint = decayed(g);
    const bool both = !kOwnDecays && gradient.recurrent_adjoint != nullptr;
    if (writes) gradient.potential[at] = both ? g : adjoint;
    if (writes && both) gradient.recurrent_adjoint[at] = adjoint;
    return adjoint;
  }
  HETSYN_DEVICE float potential_gradient(const SurrogateConstants<float>& surrogate, float v, float d_output) {
    if (!spiking) return d_output;
    if constexpr (kAdlif) {
      add_adaptation_gradient(state.adaptation, state.neuron, heaviside(v, constants.threshold), v, constants);
    }
    const float slope = surrogate_derivative(surrogate, v - constants.threshold);
    return neuron_step_backward(state.neuron, d_output, slope, constants);
  }
  HETSYN_DEVICE float decayed(float g) {
    if (kOwnDecays) return g;
    state.lambda = synapse_step(state.lambda, decay, g);
    return state.lambda;
  }

  /// Writes the gradients of a neuron's adaptation after the first step, if they are wanted.
  HETSYN_DEVICE void write_adaptation(const NeuronGradient& gradient, const BatchShape& shape, const Neurons& neurons,
                                      unsigned sample, unsigned j) const {
    if constexpr (kAdlif) {
      if (gradient.d_adaptation == nullptr) return;
      const std::size_t values = std::size_t{shape.samples} * neurons.size;
      float* const own = gradient.d_adaptation + std::size_t{sample} * neurons.size + j;
      own[0] = state.adaptation.decay;
      own[values] = state.adaptation.spike;
      own[2 * values] = state.adaptation.membrane;
    }
  }
};

HETSYN_DEVICE float constant_gradient(const NeuronGradient& gradient, unsigned j) {
  return gradient.d_constant == nullptr ? 0.0F : gradient.d_constant[j];
}

}  // namespace hetsyn::cuda
