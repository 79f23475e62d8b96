#pragma once
#include <hetsyn/config.hpp>
#include <string>

namespace hetsyn::tasks {

/// Tells the user of events that never reach the network: by a warning where their share is one in a hundred or more,
/// by information where they are fewer.
inline void tell_lost_events(const sdk::OpenArgs& args, double share, const std::string& text) {
  share < 0.01 ? args.info(text) : args.warning(text);
}

}  // namespace hetsyn::tasks
