#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "data/task_port.hpp"

/// What the engine relies on and no type can promise.
namespace hetsyn {

/// Draws a few samples of each split twice, in another order, and compares them: equal requests give equal samples,
/// static samples do not depend on the seed, and sample_info() knows the label of fill(). Throws PluginError, naming
/// task, split and sample, where that is not so, and what the task throws.
void check_samples(const Task& task, std::uint64_t seed);

/// Throws PluginError, naming task, metric and split, for a metric that is not finite, or another number of them than
/// the task lists.
void check_metrics(const TaskInfo& info, std::string_view split, std::span<const double> values);

}  // namespace hetsyn
