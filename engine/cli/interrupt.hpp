#pragma once
#include <atomic>

namespace hetsyn::cli {

/// Makes Ctrl-C and SIGTERM set a flag, so that a run can end in order; a second one ends the process at once with exit
/// code 130. Returns the flag. `announce`: say so on the terminal when it happens.
const std::atomic<bool>& stop_on_signal(bool announce = true);

}  // namespace hetsyn::cli
