#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

#include "data/input_summary.hpp"
#include "data/task_port.hpp"

namespace hetsyn {

/// A sample of a task with what is known about it, for people to look at.
struct DescribedSample {
  std::string split;
  std::uint64_t index = 0;
  std::uint64_t seed = 0;  ///< of the run in which the sample is this one
  Sample sample;
  std::size_t steps = 0;
  double step_ms = 1.0;  ///< in the data's own time
  InputSummary input;
  std::int32_t group = -1;             ///< −1: none, or the split is drawn
  std::string class_name, group_name;  ///< empty: none

  /// "1 (mismatch)", or "none".
  [[nodiscard]] std::string label_text() const;
  [[nodiscard]] std::string group_text() const;
  [[nodiscard]] double duration_ms() const { return static_cast<double>(steps) * step_ms; }
};

/// Makes the sample of a request.
DescribedSample described_sample(const Task& task, const SampleRequest& request);

/// The sample with its events or values as one JSON object, with the same keys in all versions.
std::string described_sample_json(const TaskInfo& info, const DescribedSample& sample);

}  // namespace hetsyn
