#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/task_port.hpp"
#include "training/settings.hpp"

/// Which samples are used for training, for selection and for testing.
namespace hetsyn {

struct SampleSet {
  std::string name;       ///< "train", "validation", "test": the key in records
  std::size_t split = 0;  ///< index into TaskInfo::splits
  SplitRole role = SplitRole::train;
  bool drawn = false;                  ///< samples are drawn; any index is valid
  std::vector<std::uint64_t> indices;  ///< samples of the split; empty for a drawn training set
};

struct SampleSets {
  SampleSet train;
  std::optional<SampleSet> validation;        ///< absent under Protocol::paper, unless the task has a validation split
  std::vector<std::int32_t> held_out_groups;  ///< groups whose samples were moved from train to validation, ascending
  std::optional<SampleSet> test;
  SplitRole selection = SplitRole::validation;  ///< the set that selects the best epoch
};

/// Divides a task's splits into sets; random choices depend on settings.seed. Throws ConfigError if the protocol is
/// impossible for the task: no training split, no set to select on, or too few samples or groups for the fraction.
SampleSets divide_samples(const Task& task, const TrainSettings& settings);

/// A digest of the validation samples that were taken from the training samples: their indices, labels and groups.
/// Empty if there are none.
std::string held_out_digest(const Task& task, const SampleSets& sets);

/// SampleRequest::seed for a set: the same for all evaluations, so that all epochs use the same samples, but different
/// in each epoch of training.
std::uint64_t sample_seed(std::uint64_t run_seed, SplitRole role, std::uint64_t epoch);

}  // namespace hetsyn
