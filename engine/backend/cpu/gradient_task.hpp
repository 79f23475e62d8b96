#pragma once
#include <cstddef>
#include <vector>

#include "backend/cpu/kernels.hpp"
#include "backend/cpu/population.hpp"
#include "state/spikes.hpp"

namespace hetsyn::cpu {

/// One unit of gradient work: a strip (or neighbouring ones) of a projection and a chunk of its inputs. Tasks write to
/// places of their own, so they may run at the same time; within a task, samples are added in order.
struct GradientTask {
  Population& population;
  Projection& projection;
  const std::vector<const SpikeLists*>* lists;  ///< [B]; null: analog input
  std::size_t strip;                            ///< the first
  std::size_t strips;                           ///< how many; one with a decay per synapse
  std::size_t chunk;

  /// Whether the task can be done range by range, the last one first.
  [[nodiscard]] bool in_ranges() const { return lists != nullptr && projection.per_synapse; }
  /// Floats of λ and μ that pass from range to range.
  [[nodiscard]] std::size_t adjoint_size() const {
    return in_ranges() ? 2 * chunk_size(projection.pre) * population.lanes : 0;
  }
  /// Adds the sums of one sample over a range of blocks (all of them unless in_ranges()), given g on the tape.
  void add_sample(const KernelTable& kernels, const InputBatch& batch, const TimeShape& time, std::size_t sample,
                  BlockRange blocks, float* adjoint) const;
};

}  // namespace hetsyn::cpu
