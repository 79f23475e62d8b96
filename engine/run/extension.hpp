#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "training/checkpoint.hpp"
#include "training/length.hpp"

namespace hetsyn {

/// A run that was resumed with more steps than it had been given: an item of `extended` in summary.json.
struct Extension {
  std::uint64_t step = 0;  ///< optimizer steps done when it was resumed
  std::uint64_t from = 0;  ///< steps of the whole run before, without max_steps
  std::uint64_t to = 0;    ///< and since
  bool operator==(const Extension&) const = default;
};

/// How a run that was given `recorded` goes on with `settings`; empty if its length stays the same. Throws UsageError,
/// which names `run`, for a shorter length, for a learning rate that depends on the length, and for a run that has
/// ended within an epoch.
std::optional<Extension> extension_of(const std::string& run, const SampleSet& train, const TrainSettings& recorded,
                                      const TrainSettings& settings, const TrainingProgress& progress);

}  // namespace hetsyn
