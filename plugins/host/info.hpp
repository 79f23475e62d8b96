#pragma once
#include <hetsyn_task.h>

#include <string>
#include <string_view>

#include "data/task_port.hpp"

namespace hetsyn {

/// The largest number of analog or target values in a sample.
inline constexpr std::size_t kMaximumSampleValues = std::size_t{1} << 26;

/// Throws PluginError, with only the reason, for a table without `what`, such as "open function".
void require(bool present, std::string_view what);

/// Converts what describe() of the task `name` wrote. Throws PluginError, with only the reason, for sizes, names or
/// losses that are invalid or contradict each other.
TaskInfo checked_info(const std::string& name, const hetsyn_info& info, const hetsyn_task& table);

}  // namespace hetsyn
