#pragma once
#include <hetsyn/exceptions.hpp>
#include <string>

#include "config/config.hpp"
#include "data/task_port.hpp"
#include "run/memory_plan.hpp"

namespace hetsyn::cli {

/// One line about a resolved run: task, data, model, sizes, seed and device.
std::string run_title(const RunConfig& config, const TaskInfo& info);

/// Prints what a dry run says in place of all else where a run would make its data first.
void print_data_to_be_made(const DataToBeMade& missing);

/// Prints what a run would do and the memory it would take.
void print_dry_run(const Task& task, const RunConfig& config, const MemoryPlan& plan);

}  // namespace hetsyn::cli
