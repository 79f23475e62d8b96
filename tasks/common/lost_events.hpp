#pragma once
#include <hetsyn/config.hpp>
#include <string>

namespace hetsyn::tasks {

/// Logs events that never reach the network: as a warning if their share is one in a hundred or more, otherwise as
/// information.
inline void tell_lost_events(const sdk::OpenArgs& args, double share, const std::string& text) {
  share < 0.01 ? args.info(text) : args.warning(text);
}

}  // namespace hetsyn::tasks
