#pragma once
#include <cstddef>
#include <cstdint>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/kernels/recurrent.hpp"
#include "backend/cuda/kernels/views.hpp"
#include "state/layout.hpp"

namespace hetsyn::cuda {

/// The quantities that determine the size of the tape.
struct TapeShape {
  std::size_t samples = 0, steps = 0;
  bool dropout = false;  ///< this pass drops spikes, in populations with dropout
  bool operator==(const TapeShape&) const = default;

  [[nodiscard]] std::size_t words() const { return (steps + kWordSteps - 1) / kWordSteps; }
};

/// Enlarges each array to at least its size; see state/arrays.hpp.
struct GrowBuffers {
  template <class T>
  void operator()(DeviceBuffer<T>& buffer, std::size_t elements) const {
    buffer.grow(elements);
  }
};
struct FreeBuffers {
  template <class T>
  void operator()(DeviceBuffer<T>& buffer, std::size_t /*elements*/) const {
    buffer = DeviceBuffer<T>();
  }
};
/// Adds up the sizes of the arrays.
struct CountBufferBytes {
  std::size_t bytes = 0;
  template <class T>
  void operator()(const DeviceBuffer<T>& /*buffer*/, std::size_t elements) {
    bytes += elements * sizeof(T);
  }
};

/// The tape of one population. If a leaky readout has no g of its own, dL/dreadout is used instead.
struct Population {
  explicit Population(const PopulationLayout& population, const DeviceLimits& limits)
      : layout(population), tiled(recurrent() && !fits_registers(static_cast<unsigned>(population.size), limits)) {}

  const PopulationLayout& layout;
  bool tiled;  ///< the recurrent projection is too large for registers

  DeviceBuffer<float> potential;          ///< [B][T][N] currents, then V, then g or λ
  DeviceBuffer<float> current;            ///< [B][T][N] if shared decays are trained
  DeviceBuffer<float> recurrent_current;  ///< [B][T][N] of the recurrent synapses, likewise, if per_projection()
  DeviceBuffer<float> recurrent_adjoint;  ///< [B][T][N] their λ, if per_projection()
  DeviceBuffer<float> decay_parts;        ///< [B][N] if shared decays are trained
  DeviceBuffer<float> adaptation_parts;   ///< [3][B][N] if ρ_a, b and m are trained
  DeviceBuffer<std::uint32_t> spikes;     ///< [B][W][N]
  DeviceBuffer<std::uint32_t> keep;       ///< [B][W][N] mask of dropout
  DeviceBuffer<float> counts;             ///< [B][N]
  DeviceBuffer<float> synapse_state;      ///< [B][N][N], tiled
  DeviceBuffer<std::byte> cells;          ///< [B][N] CellState of the kind of neurons, tiled
  DeviceBuffer<std::byte> adjoints;       ///< [B][N] CellAdjointState likewise, tiled

  template <class Visit>
  void each_array(const TapeShape& shape, Visit&& visit) {
    const std::size_t neurons = shape.samples * layout.size;
    const std::size_t words = shape.words() * neurons;
    visit(potential, shape.steps * neurons);
    visit(current, trains_shared_decay() ? shape.steps * neurons : 0);
    visit(recurrent_current, trains_shared_decay() && per_projection() ? shape.steps * neurons : 0);
    visit(recurrent_adjoint, per_projection() ? shape.steps * neurons : 0);
    visit(decay_parts, trains_shared_decay() ? neurons : 0);
    visit(adaptation_parts, layout.trains_adaptation() ? 3 * neurons : 0);
    visit(spikes, layout.spiking ? words : 0);
    visit(keep, drops(shape.dropout) ? words : 0);
    visit(counts, layout.spiking ? neurons : 0);
    visit(synapse_state, tiled && own_decays() ? neurons * layout.size : 0);
    const bool adlif = layout.is_adlif();
    visit(cells, tiled ? neurons * (adlif ? sizeof(CellState<true>) : sizeof(CellState<false>)) : 0);
    visit(adjoints, tiled ? neurons * (adlif ? sizeof(CellAdjointState<true>) : sizeof(CellAdjointState<false>)) : 0);
  }

  [[nodiscard]] bool own_decays() const { return layout.sharing == DecaySharing::synapse; }
  [[nodiscard]] bool trains_shared_decay() const { return !own_decays() && layout.decay_trainable; }
  /// Both projections have shared decays, which are different.
  [[nodiscard]] bool per_projection() const { return recurrent() && !own_decays() && layout.has_recurrent_decays(); }
  /// Without spikes the recurrent projection has no input.
  [[nodiscard]] bool recurrent() const { return layout.recurrent && layout.spiking; }
  /// Whether spikes to the next population are dropped, in a pass with dropout.
  [[nodiscard]] bool drops(bool dropout) const { return dropout && layout.spiking && layout.dropout > 0.0; }
};

}  // namespace hetsyn::cuda
