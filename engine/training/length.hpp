#pragma once
#include <cstdint>

#include "training/protocol.hpp"
#include "training/settings.hpp"

namespace hetsyn {

/// The number of optimizer steps of a run.
struct TrainingLength {
  std::uint64_t steps_per_epoch = 0;
  std::uint64_t scheduled = 0;  ///< of the whole run without max_steps; the schedule refers to it
  std::uint64_t steps = 0;      ///< of the whole run, limited by max_steps

  /// Includes a last epoch that max_steps cuts short.
  [[nodiscard]] std::uint64_t epochs() const { return (steps + steps_per_epoch - 1) / steps_per_epoch; }
};

/// Throws ConfigError if train.iterations is set for a fixed set of samples.
TrainingLength training_length(const SampleSet& train, const TrainSettings& settings);

}  // namespace hetsyn
