#pragma once
#include <functional>

#include "config/config.hpp"
#include "core/communicator.hpp"
#include "data/task_port.hpp"
#include "host/task_plugin.hpp"

/// What the ranks of a data-parallel run have to agree on.
namespace hetsyn::cli {

/// What to say of the exception that is being handled.
Failure current_failure();

/// Returns what `body` returns, and for several ranks an exit code where it throws. The failure of one rank ends all;
/// rank 0 says why, and is the only one to write to the terminal.
int run_on_ranks(Communicator& ranks, const std::function<int()>& body);

/// Throws UsageError where this rank's configuration, and DataError where its data, are not those of rank 0.
void check_same_start(Communicator& ranks, const RunConfig& config, const Task& task, const TaskPlugin& plugin);

}  // namespace hetsyn::cli
