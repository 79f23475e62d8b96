#pragma once
#include <atomic>

namespace hetsyn::cli {

/// Makes SIGINT, SIGTERM and SIGHUP set the flag that is returned, so that a run can end with a checkpoint. A second
/// signal ends the process at once with kExitInterrupted. `announce`: the handler prints what it does to stderr.
const std::atomic<bool>& stop_on_signal(bool announce = true);

}  // namespace hetsyn::cli
