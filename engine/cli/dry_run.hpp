#pragma once
#include <hetsyn/exceptions.hpp>
#include <string>

#include "config/config.hpp"
#include "data/task_port.hpp"
#include "run/memory_plan.hpp"

namespace hetsyn::cli {

/// One line about a resolved run: task, data, model, sizes, seed and device.
std::string run_title(const RunConfig& config, const TaskInfo& info);

/// Prints the message of a dry run of which the data do not exist yet.
void print_data_to_be_made(const DataToBeMade& missing);

/// Prints what a run would do, and how much memory it would need.
void print_dry_run(const Task& task, const RunConfig& config, const MemoryPlan& plan);

/// Measures some steps of the run and prints how long it would take; says so if there is too little memory for that.
void print_time_estimate(const Task& task, const RunConfig& config, const MemoryPlan& plan);

}  // namespace hetsyn::cli
