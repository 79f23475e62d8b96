#pragma once
#include <hetsyn_task.h>

#include "host/task_plugin.hpp"

namespace hetsyn {

/// A plugin in this process, with its checked table.
struct LoadedPlugin {
  TaskPlugin description;
  hetsyn_task table{};  ///< a copy; functions that the plugin does not have are null
};

/// Loads the library at `path`, runs its code, and checks its table. The library stays loaded until the process ends.
/// Throws PluginError with the reason, without the path. For any other plugin than the one that is wanted, see
/// probe_plugin().
LoadedPlugin load_plugin(const std::filesystem::path& path);

}  // namespace hetsyn
