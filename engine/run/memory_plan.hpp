#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "core/columns.hpp"
#include "core/process_memory.hpp"
#include "data/task_port.hpp"

/// Estimates the memory of a run in advance.
namespace hetsyn {

struct MemoryRow {
  std::string name;
  std::size_t bytes = 0;
  std::string how;  ///< what it is, or how it was determined
};

struct MemoryPlan {
  std::vector<MemoryRow> rows;
  std::size_t opening_peak =
      0;  ///< the process's peak so far; more than the sum of the rows where opening the task was

  /// The expected largest resident memory of the run.
  [[nodiscard]] std::size_t peak() const;
};

/// The plan for a resolved config. The sizes of the backend are those that it will allocate; the size of a sample is
/// the mean over some training samples; the memory of the program and of the task's data is measured: `before` and
/// `after` are those of the process before and after the task was opened. Throws ConfigError, UsageError and DataError
/// like the run.
MemoryPlan plan_memory(const Task& task, const RunConfig& config, const ProcessMemory& before,
                       const ProcessMemory& after);

/// One line per row, and the peak. `columns` of room: with explanations if there is enough for them.
std::string memory_table(const MemoryPlan& plan, std::size_t columns = kUnlimitedColumns);

}  // namespace hetsyn
