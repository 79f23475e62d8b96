#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "backend/cpu/event_lists.hpp"
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/projection.hpp"
#include "core/aligned.hpp"

/// If the steps of a batch are divided into parts, only one part has its tape in memory. The structures below pass the
/// states of synapses and neurons from part to part.
namespace hetsyn::cpu {

/// The part whose tape is in memory.
struct TapePart {
  TimeShape time{};       ///< of the part alone
  std::size_t first = 0;  ///< its first block
};

/// Divides blocks into at most `most` parts of nearly equal length, each of whole spans but the last.
inline std::vector<BlockRange> divide_tape(std::size_t blocks, std::size_t most) {
  const std::size_t length = (span_count(blocks) + most - 1) / most * kSpan;
  std::vector<BlockRange> parts;
  for (std::size_t first = 0; first < blocks; first += length) {
    parts.push_back({first, std::min(first + length, blocks)});
  }
  return parts;
}

/// The quantities that determine the size of what a population carries.
struct CarryShape {
  std::size_t samples;
  const Projection& feedforward;
  bool recurrent;         ///< has a recurrent projection
  bool first;             ///< receives the input of the network
  bool passes_gradients;  ///< dL/dx of its input is wanted

  [[nodiscard]] std::size_t strips() const { return samples * feedforward.post_strips; }
  [[nodiscard]] std::size_t padded() const { return strips() * feedforward.lanes; }
};

/// The state of a population before the next step. Zero before the first.
struct ForwardCarry {
  AlignedVector<float> cells;              ///< [B][S][kCellRows][W]
  AlignedVector<float> current;            ///< [B][S][pre][W] I, with a decay per synapse
  AlignedVector<float> recurrent_current;  ///< [B][S][N][W] likewise
  std::vector<std::uint32_t> active;       ///< [B][1 + S·W] likewise: see recurrent_forward()
  std::vector<std::uint8_t> seen;          ///< [B][pre] 1 for inputs that have spiked; above the first population

  /// All arrays; see state/arrays.hpp.
  template <class Visit>
  void each_array(const CarryShape& shape, Visit&& visit) {
    const Projection& in = shape.feedforward;
    const bool recurrent = in.per_synapse && shape.recurrent;
    visit(cells, shape.padded() * kCellRows);
    visit(current, in.per_synapse ? shape.padded() * in.pre : 0);
    visit(recurrent_current, recurrent ? shape.padded() * in.post : 0);
    visit(active, recurrent ? shape.samples + shape.padded() : 0);
    visit(seen, in.per_synapse && !shape.first ? shape.samples * in.pre : 0);
  }
};

/// The adjoints of a population after the step before which the backward pass continues. Zero after the last.
struct BackwardCarry {
  AlignedVector<float> neurons;               ///< [B] recurrent_carry() or shared_carry(), or [B][S][kMostVariables][W]
  AlignedVector<float> leak, recurrent_leak;  ///< [B][S][W] λ of shared decays
  AlignedVector<float> inputs;                ///< [B][S_pre][post][W] λ for dL/dx, with a decay per synapse
  AlignedVector<float> sums, recurrent_sums;  ///< λ and μ for the sums of gradients, see GradientTask

  /// All arrays; see state/arrays.hpp.
  template <class Visit>
  void each_array(const CarryShape& shape, Visit&& visit) {
    const Projection& in = shape.feedforward;
    const auto pairs = [&](std::size_t pre) { return 2 * shape.padded() * chunk_count(pre) * chunk_size(pre); };
    visit(neurons, neuron_floats(shape));
    visit(leak, in.per_synapse ? 0 : shape.padded());
    visit(recurrent_leak, in.per_synapse || !shape.recurrent ? 0 : shape.padded());
    visit(inputs, in.per_synapse && shape.passes_gradients ? shape.samples * in.pre_strips * in.post * in.lanes : 0);
    visit(sums, in.per_synapse ? pairs(in.pre) : 0);
    visit(recurrent_sums, in.per_synapse && shape.recurrent ? pairs(in.post) : 0);
  }

 private:
  static std::size_t neuron_floats(const CarryShape& shape) {
    if (!shape.recurrent) return shape.padded() * kMostVariables;
    if (!shape.feedforward.per_synapse) return shared_carry(1, shape.padded());
    return recurrent_carry(1, shape.feedforward.post, shape.padded());
  }
};

}  // namespace hetsyn::cpu
