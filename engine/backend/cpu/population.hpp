#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "backend/cpu/carry.hpp"
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/projection.hpp"
#include "backend/cpu/spike_lists.hpp"
#include "core/aligned.hpp"
#include "state/layout.hpp"

namespace hetsyn::cpu {

/// The size of a batch's tape follows from these.
struct TapeShape {
  std::size_t samples;
  TimeShape time;  ///< of the longest part
  bool dropout;    ///< this pass drops spikes of the populations that have a dropout rate
};

/// Each strip has one extra row, so that the strips of one step are not a power of two apart in memory.
constexpr TimeShape time_shape(std::size_t steps, std::size_t lanes) {
  const std::size_t blocks = (steps + kBlock - 1) / kBlock;
  return {steps, blocks, (blocks * kBlock + 1) * lanes};
}

/// Number of samples that the backward pass takes through time together; depends on the batch alone, never on threads.
constexpr std::size_t lockstep(std::size_t samples) { return samples >= 2 * kLockstep ? kLockstep : 1; }

/// A decay that synapses of a neuron share, with the values that its gradient is computed from.
struct SharedDecay {
  AlignedVector<float> r;        ///< [S][W]
  AlignedVector<float> current;  ///< [B] × strips: C, see neuron_forward; only where the decay is trained
  AlignedVector<float> d_r;      ///< [B][S][W] gradient per sample

  /// C of one sample; null if it is not kept.
  [[nodiscard]] float* currents(std::size_t sample_stride, std::size_t sample) {
    return current.empty() ? nullptr : current.data() + sample * sample_stride;
  }
};

/// The constants of adLIF neurons and the sums for their gradients.
struct Adaptation {
  AlignedVector<float> decay;     ///< ρ_a [S][W]
  AlignedVector<float> spike;     ///< b [S][W]
  AlignedVector<float> membrane;  ///< m [S][W]
  AlignedVector<float> sums;      ///< [B][S][kAdaptationSums][W] of each sample; only where they are trained

  Adaptation(const NeuronConstants<double>& neuron, std::size_t padded)
      : decay(padded, static_cast<float>(neuron.adaptation_decay)),
        spike(padded, static_cast<float>(neuron.adaptation)),
        membrane(padded, static_cast<float>(neuron.membrane_adaptation)) {}

  /// The sums of a sample; null if they are not wanted.
  [[nodiscard]] float* sums_of(std::size_t sample) {
    return adaptation_sums(sums.empty() ? nullptr : sums.data(), sample * decay.size());
  }
};

/// State of one population on the CPU: parameters laid out for the kernels, and the tape of one batch.
struct Population {
  Population(const PopulationLayout& population, std::size_t lane_count, bool first,
             Storage storage = Storage::allocated)
      : layout(population),
        lanes(lane_count),
        strips((population.size + lane_count - 1) / lane_count),
        feedforward(population.size, population.inputs, lane_count, per_synapse(),
                    first ? ProjectionKind::input : ProjectionKind::hidden, storage),
        reset_decay(padded(), static_cast<float>(population.neuron.reset_decay)),
        adaptation(population.neuron, population.is_adlif() ? padded() : 0) {
    if (population.recurrent) {
      recurrent.emplace(population.size, population.size, lane_count, per_synapse(), ProjectionKind::recurrent,
                        storage);
    }
    for (SharedDecay* shared : shared_decays()) shared->r.assign(padded(), 0.0F);
  }

  const PopulationLayout& layout;
  std::size_t lanes, strips;
  Projection feedforward;
  std::optional<Projection> recurrent;
  AlignedVector<float> reset_decay;  ///< κ [S][W]
  Adaptation adaptation;             ///< empty unless the neurons are adLIF
  SharedDecay decay;                 ///< of all synapses, or of the feed-forward ones; none with a decay per synapse
  SharedDecay recurrent_decay;       ///< of the recurrent synapses, if they have a separate one

  // The tape of a batch.
  AlignedVector<float> potential;          ///< [B] × strips: V, then g (per-synapse decays) or λ (shared decays)
  AlignedVector<float> recurrent_adjoint;  ///< [B] × strips: λ', if the recurrent synapses have a separate shared decay
  std::vector<Patterns> spikes;            ///< [B] of [blocks][S·W]
  std::vector<Patterns> kept;              ///< [B] of [blocks][S·W]: spikes that dropout keeps; empty without dropout
  std::vector<SpikeLists> built_lists;     ///< [B] input lists that this backend built
  std::vector<const SpikeLists*> input_lists;  ///< [B] built or prepared
  std::vector<SpikeLists> built_own_lists;
  std::vector<const SpikeLists*> own_lists;  ///< [B] own spikes one step later: input of the recurrent projection
  ForwardCarry forward;                      ///< to the next part of the tape
  std::vector<ForwardCarry> checkpoints;     ///< `forward` before each part but the first
  BackwardCarry backward;                    ///< to the part before
  float input_scale = 1.0F;                  ///< value of an input spike: 1, or 1/(1−p) after dropout

  /// The arrays of the tape that grow with steps; see state/arrays.hpp.
  template <class Visit>
  void each_tape_array(const TapeShape& shape, Visit&& visit) {
    const std::size_t patterns = shape.time.blocks * padded();
    visit(potential, shape.samples * sample_stride(shape.time));
    visit(recurrent_adjoint, per_projection() ? shape.samples * sample_stride(shape.time) : 0);
    for (SharedDecay* shared : shared_decays()) {
      visit(shared->current, layout.decay_trainable ? shape.samples * sample_stride(shape.time) : 0);
    }
    visit(spikes, patterns, layout.spiking ? shape.samples : 0);
    visit(kept, patterns, shape.dropout && layout.dropout > 0.0 ? shape.samples : 0);
  }

  /// `wants_d_input`: dL/dx of the network is wanted.
  [[nodiscard]] CarryShape carry_shape(std::size_t samples, bool first, bool wants_d_input) const {
    return {samples, feedforward, recurrent.has_value(), first, !first || wants_d_input};
  }

  [[nodiscard]] bool per_synapse() const { return layout.sharing == DecaySharing::synapse; }
  /// Both projections have shared decays, each its own.
  [[nodiscard]] bool per_projection() const { return !per_synapse() && layout.has_recurrent_decays(); }
  /// All shared decays of the population.
  [[nodiscard]] std::vector<SharedDecay*> shared_decays() {
    if (per_synapse()) return {};
    if (!per_projection()) return {&decay};
    return {&decay, &recurrent_decay};
  }
  /// The decay of the recurrent synapses.
  [[nodiscard]] SharedDecay& decay_of_recurrence() { return per_projection() ? recurrent_decay : decay; }
  [[nodiscard]] std::size_t padded() const { return strips * lanes; }
  [[nodiscard]] NeuronView neurons() const {
    return {layout.size,
            strips,
            layout.neuron.map([](double value) { return static_cast<float>(value); }),
            reset_decay.data(),
            layout.is_adlif(),
            adaptation.decay.data(),
            adaptation.spike.data(),
            adaptation.membrane.data(),
            {layout.surrogate, layout.neuron.threshold}};
  }
  /// Number of floats of one sample on the tape.
  [[nodiscard]] std::size_t sample_stride(const TimeShape& time) const { return strips * time.strip_stride; }
  [[nodiscard]] float* potentials(const TimeShape& time, std::size_t sample) {
    return potential.data() + sample * sample_stride(time);
  }
  /// After the backward pass: λ of a projection's synapses if they share a decay, else g.
  [[nodiscard]] float* adjoints(const Projection& projection, const TimeShape& time, std::size_t sample) {
    const bool own = per_projection() && &projection != &feedforward;
    return own ? recurrent_adjoint.data() + sample * sample_stride(time) : potentials(time, sample);
  }
};

}  // namespace hetsyn::cpu
