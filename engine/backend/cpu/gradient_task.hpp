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
  std::size_t strip;                            ///< the first strip
  std::size_t strips;                           ///< number of strips; 1 with a decay per synapse
  std::size_t chunk;

  /// Whether the task can be done in ranges of blocks, starting with the last range.
  [[nodiscard]] bool in_ranges() const { return lists != nullptr && projection.per_synapse; }
  /// The number of floats of λ and μ that are passed from one range to the next.
  [[nodiscard]] std::size_t adjoint_size() const {
    return in_ranges() ? 2 * chunk_size(projection.pre) * population.lanes : 0;
  }
  /// Adds the sums of a sample over a range of blocks (all of them unless in_ranges()), with g on the tape.
  void add_sample(const KernelTable& kernels, const InputBatch& batch, const TimeShape& time, std::size_t sample,
                  BlockRange blocks, float* adjoint) const;
};

}  // namespace hetsyn::cpu
