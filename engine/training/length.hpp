#pragma once
#include <cstdint>

#include "training/protocol.hpp"
#include "training/settings.hpp"

namespace hetsyn {

/// How many optimizer steps a run has.
struct TrainingLength {
  std::uint64_t steps_per_epoch = 0;
  std::uint64_t scheduled = 0;  ///< of the whole run without max_steps: what the schedule spans
  std::uint64_t steps = 0;      ///< of the whole run, cut off by max_steps

  /// The last one may be cut off.
  [[nodiscard]] std::uint64_t epochs() const { return (steps + steps_per_epoch - 1) / steps_per_epoch; }
};

/// Throws ConfigError for iterations of a fixed set of samples.
TrainingLength training_length(const SampleSet& train, const TrainSettings& settings);

}  // namespace hetsyn
