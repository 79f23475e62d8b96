#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "data/check/split_samples.hpp"

/// Checks of what a task computes from the answers of a network, which are made up.
namespace hetsyn {

/// A batch of samples of a task, with a readout that a network could give.
struct MadeUpBatch {
  TaskInfo const* info;
  std::vector<std::int32_t> labels;
  std::vector<float> target, readout;

  [[nodiscard]] BatchAnswer answer() const { return answer(readout); }
  /// The same batch with another readout, which must outlive the result.
  [[nodiscard]] BatchAnswer answer(std::span<const float> other) const;
  /// The batch that consists of one of the samples.
  [[nodiscard]] MadeUpBatch only(std::size_t sample) const;
};

/// Some of the samples. The readout is random: potentials around 0, or spikes if the readout neurons spike.
MadeUpBatch made_up_batch(const Task& task, const SplitSamples& samples, std::uint64_t seed);

/// The loss and its gradient, if the task has a loss of its own.
void check_loss(const Task& task, const MadeUpBatch& batch, Findings& findings);
/// The metrics of the task's own.
void check_own_metrics(const Task& task, const MadeUpBatch& batch, Findings& findings);
/// The task's own plots.
void check_plots(const Task& task, const MadeUpBatch& batch, Findings& findings);

}  // namespace hetsyn
