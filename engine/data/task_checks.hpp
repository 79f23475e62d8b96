#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "data/task_port.hpp"

/// Checks of properties of a task that the engine relies on and that types cannot express.
namespace hetsyn {

/// Makes a few samples of each split twice, in different order, and compares them: equal requests must give equal
/// samples, static samples must not depend on the seed, and sample_info() must return the label of fill(). Throws
/// PluginError, which names task, split and sample, for any difference, and the exceptions of the task.
void check_samples(const Task& task, std::uint64_t seed);

/// Throws PluginError, which names task, metric and split, for a metric that is not finite or a wrong number of
/// metrics.
void check_metrics(const TaskInfo& info, std::string_view split, std::span<const double> values);

}  // namespace hetsyn
