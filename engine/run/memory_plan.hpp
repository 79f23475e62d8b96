#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "core/process_memory.hpp"
#include "data/task_port.hpp"

/// How much memory a run will take, before it takes it.
namespace hetsyn {

struct MemoryRow {
  std::string name;
  std::size_t bytes = 0;
  std::string how;  ///< what it is, or where the number is from
};

struct MemoryPlan {
  std::vector<MemoryRow> rows;
  std::size_t opening_peak =
      0;  ///< the process's peak so far; more than the sum of the rows where opening the task was

  /// The largest resident memory that the run should reach.
  [[nodiscard]] std::size_t peak() const;
};

/// The plan of a resolved config. The sizes of the backend are those that it allocates; the size of a sample is the
/// mean over some training samples; program and data of the task are measured: `before` and `after` are the process's
/// memory before and after the task was opened. Throws ConfigError, UsageError and DataError as the run would.
MemoryPlan plan_memory(const Task& task, const RunConfig& config, const ProcessMemory& before,
                       const ProcessMemory& after);

/// A line per row, and the peak.
std::string memory_table(const MemoryPlan& plan);

}  // namespace hetsyn
