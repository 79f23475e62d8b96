#pragma once
#include <cstddef>
#include <cstdint>

#include "training/checkpoint.hpp"
#include "training/length.hpp"

namespace hetsyn {

/// The limits of the progress of a run.
struct ProgressLimits {
  std::uint64_t seed = 0;
  TrainingLength length;
  std::size_t samples_per_step = 0;  ///< at most so many
  std::size_t metrics = 0;           ///< of the task
  std::size_t populations = 0;       ///< hidden populations
};

/// Throws RunError, which names file and item, if the progress in a checkpoint is impossible for such a run: another
/// seed, more steps or epochs than the run has, counts that contradict each other, sums of other metrics, records of
/// later epochs. train.max_steps is not checked, since it may change.
void check_progress(const Checkpoint& checkpoint, const ProgressLimits& limits);

}  // namespace hetsyn
