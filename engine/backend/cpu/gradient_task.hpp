#pragma once
#include <cstddef>
#include <vector>

#include "backend/cpu/kernels.hpp"
#include "backend/cpu/population.hpp"
#include "state/spikes.hpp"

namespace hetsyn::cpu {

/// A unit of work on gradients: a strip (or neighbouring ones) of a projection and a chunk of its inputs. Tasks write
/// to different memory, so that they may run in parallel; within a task, samples are added in order.
struct GradientTask {
  Population& population;
  Projection& projection;
  const std::vector<const SpikeLists*>* lists;  ///< [B]; null: analog input
  bool whole;                                   ///< the lists are those of all steps, not of the part on the tape
  std::size_t strip;                            ///< the first strip
  std::size_t strips;                           ///< number of strips; 1 with a decay per synapse or analog input
  std::size_t chunk;                            ///< of the inputs, with a decay per synapse
  ChannelRange channels;                        ///< the inputs, with shared decays

  /// Whether the task can be done in any ranges of blocks, starting with the last range; otherwise, in whole spans.
  [[nodiscard]] bool in_ranges() const { return lists != nullptr && projection.per_synapse; }
  /// The number of floats of λ and μ that are passed from one range to the one before it.
  [[nodiscard]] std::size_t adjoint_size() const {
    return projection.per_synapse ? 2 * chunk_channels() * population.lanes : 0;
  }
  /// Whether two tasks with shared decays sum the same λ, for two projections.
  [[nodiscard]] bool shares_adjoints(const GradientTask& other) const {
    return &population == &other.population && !projection.per_synapse && !population.per_projection() &&
           lists != nullptr && other.lists != nullptr && strip == other.strip && chunk == other.chunk;
  }
  /// Adds the sums of a sample over a range of blocks of the part on the tape, where g is.
  void add_sample(const KernelTable& kernels, const InputBatch& batch, const TapePart& part, std::size_t sample,
                  BlockRange blocks, float* adjoint) const;

 private:
  [[nodiscard]] std::size_t chunk_channels() const {
    return lists == nullptr ? projection.pre : chunk_size(projection.pre);
  }
  void add_span(const KernelTable& kernels, const InputBatch& batch, const TapePart& part, std::size_t sample,
                BlockRange span) const;
};

}  // namespace hetsyn::cpu
