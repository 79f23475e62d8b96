#pragma once
#include <cstddef>
#include <cstdint>

#include "training/checkpoint.hpp"
#include "training/length.hpp"

namespace hetsyn {

/// What the progress of a run is limited by.
struct ProgressLimits {
  std::uint64_t seed = 0;
  TrainingLength length;
  std::size_t samples_per_step = 0;  ///< at most
  std::size_t metrics = 0;           ///< of the task
  std::size_t populations = 0;       ///< hidden ones
};

/// Throws RunError, naming file and item, where a checkpoint's progress is not that of such a run: another seed, more
/// steps or epochs than it has, counts that contradict each other, sums of other metrics, records of the future.
/// train.max_steps, which may change, is no limit.
void check_progress(const Checkpoint& checkpoint, const ProgressLimits& limits);

}  // namespace hetsyn
