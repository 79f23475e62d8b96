#pragma once
#include <hetsyn_task.h>

#include "host/task_plugin.hpp"

namespace hetsyn {

/// A plugin that is loaded into this process, with its checked table.
struct LoadedPlugin {
  TaskPlugin description;
  hetsyn_task table{};  ///< a copy; functions that the plugin lacks are null
};

/// Loads the library at `path`, which runs code of it, and checks its table. The library is never unloaded. Throws
/// PluginError with the reason, without the path. Use probe_plugin() for plugins that are only to be described.
LoadedPlugin load_plugin(const std::filesystem::path& path);

/// The description of a task whose table this process has made itself, as a binding to another language does. Messages
/// give `origin` as its file. Throws PluginError if the table breaks the contract.
TaskPlugin described_table(const hetsyn_task& table, const std::filesystem::path& origin);

}  // namespace hetsyn
