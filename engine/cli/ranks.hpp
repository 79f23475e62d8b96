#pragma once
#include <functional>

#include "config/config.hpp"
#include "core/communicator.hpp"
#include "data/task_port.hpp"
#include "host/task_plugin.hpp"

/// Errors and agreement of the ranks of a data-parallel run.
namespace hetsyn::cli {

/// The message and exit code for the exception that is being handled.
Failure current_failure();

/// Returns the result of `body`. With several ranks it catches exceptions and returns an exit code: the failure of one
/// rank ends all, and only rank 0 prints the message.
int run_on_ranks(Communicator& ranks, const std::function<int()>& body);

/// Throws UsageError if the configuration of this rank differs from that of rank 0, and DataError if its data differ.
void check_same_start(Communicator& ranks, const RunConfig& config, const Task& task, const TaskPlugin& plugin);

}  // namespace hetsyn::cli
