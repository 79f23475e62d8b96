#pragma once
#include <hetsyn_task.h>

#include <string>
#include <string_view>

#include "data/task_port.hpp"

namespace hetsyn {

/// Largest number of analog or target values of one sample.
inline constexpr std::size_t kMaximumSampleValues = std::size_t{1} << 26;

/// Throws PluginError, with the reason only, for a table that lacks `what`: "open function".
void require(bool present, std::string_view what);

/// What describe() of the task `name` filled in, as the engine's own type. Throws PluginError, with the reason only,
/// for sizes, names or losses that make no sense together.
TaskInfo checked_info(const std::string& name, const hetsyn_info& info, const hetsyn_task& table);

}  // namespace hetsyn
