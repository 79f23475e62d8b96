#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "data/check/findings.hpp"
#include "data/input_summary.hpp"
#include "data/task_port.hpp"

/// Calls the functions of a task as the engine does and reports what the author of the task wants to see first.
namespace hetsyn {

struct TaskCheckOptions {
  std::uint64_t samples = 200;  ///< at most that many of each split are looked at
  std::uint64_t seed = 0;
  int threads = 0;  ///< 0: one per core; at least two threads call the task at once
};

/// What is seen of a split in the samples that were looked at.
struct CheckedSplit {
  std::string name;
  bool drawn = false;
  std::uint64_t samples = 0;
  std::size_t looked_at = 0;              ///< samples that fill() made
  InputSummary input;                     ///< of these samples
  std::vector<std::uint64_t> labels;      ///< [K], samples of each class; empty if no sample has a class
  double median_ms = 0.0, most_ms = 0.0;  ///< time for a sample, on one thread
  double samples_per_s = 0.0, samples_per_s_threads = 0.0;  ///< on one thread, and on all of them
};

struct TaskCheck {
  std::uint64_t seed = 0;
  int threads = 1;  ///< that called the task at once
  std::vector<CheckedSplit> splits;
  std::vector<Finding> findings;

  [[nodiscard]] std::size_t count(Verdict verdict) const {
    return static_cast<std::size_t>(std::ranges::count(findings, verdict, &Finding::verdict));
  }
};

/// Does not throw for what the task does wrong: these are the findings.
TaskCheck check_task(const Task& task, const TaskCheckOptions& options);

/// The check as one JSON object, with the same keys in all versions.
std::string task_check_json(const TaskInfo& info, const TaskCheck& check);

}  // namespace hetsyn
