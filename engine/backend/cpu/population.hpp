#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "backend/cpu/event_lists.hpp"
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/projection.hpp"
#include "core/aligned.hpp"
#include "state/layout.hpp"

namespace hetsyn::cpu {

/// State of one population on the CPU: parameters laid out for the kernels, and the tape of one batch.
struct Population {
  Population(const PopulationLayout& population, std::size_t lane_count, bool first)
      : layout(population),
        lanes(lane_count),
        strips((population.size + lane_count - 1) / lane_count),
        feedforward(population.size, population.inputs, lane_count, per_synapse(), !first),
        reset_decay(padded(), static_cast<float>(population.neuron.reset_decay)),
        zeros(padded(), 0.0F) {
    if (population.recurrent) recurrent.emplace(population.size, population.size, lane_count, per_synapse(), true);
    if (!per_synapse()) decay.assign(padded(), 0.0F);
  }

  const PopulationLayout& layout;
  std::size_t lanes, strips;
  Projection feedforward;
  std::optional<Projection> recurrent;
  AlignedVector<float> decay;        ///< shared decays r [S][W]; empty with a decay per synapse
  AlignedVector<float> reset_decay;  ///< κ [S][W]
  AlignedVector<float> zeros;        ///< [S][W]

  // The tape of a batch.
  AlignedVector<float> potential;       ///< [B] × strips: V, then g (per-synapse decays) or λ (shared decays)
  AlignedVector<float> current;         ///< [B] × strips: C, see neuron_forward; only where a shared decay is trained
  AlignedVector<float> d_decay;         ///< [B][S][W] gradient of shared decays, per sample
  std::vector<Patterns> spikes;         ///< [B] of [blocks][S·W]
  std::vector<Patterns> kept;           ///< [B] of [blocks][S·W]: spikes that dropout keeps; empty without dropout
  std::vector<EventLists> built_lists;  ///< [B] input lists that this backend built itself
  std::vector<const EventLists*> input_lists;  ///< [B] built or prepared
  std::vector<EventLists> built_own_lists;
  std::vector<const EventLists*> own_lists;  ///< [B] own spikes one step later: input of the recurrent projection
  float input_scale = 1.0F;                  ///< value of an input spike: 1, or 1/(1−p) after dropout

  [[nodiscard]] bool per_synapse() const { return layout.sharing == DecaySharing::synapse; }
  [[nodiscard]] bool trains_shared_decay() const { return !per_synapse() && layout.decay_trainable; }
  [[nodiscard]] std::size_t padded() const { return strips * lanes; }
  [[nodiscard]] NeuronView neurons() const {
    const NeuronConstants<double>& c = layout.neuron;
    return {layout.size,
            strips,
            static_cast<float>(c.threshold),
            reset_decay.data(),
            static_cast<float>(c.adaptation_decay),
            static_cast<float>(c.adaptation),
            layout.surrogate};
  }
  /// Floats of one sample on the tape.
  [[nodiscard]] std::size_t sample_stride(const TimeShape& time) const { return strips * time.strip_stride; }
  [[nodiscard]] float* potentials(const TimeShape& time, std::size_t sample) {
    return potential.data() + sample * sample_stride(time);
  }
  /// Null where C is not kept.
  [[nodiscard]] float* currents(const TimeShape& time, std::size_t sample) {
    return current.empty() ? nullptr : current.data() + sample * sample_stride(time);
  }
};

}  // namespace hetsyn::cpu
