#pragma once
#include <hetsyn_task.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/config_key.hpp"
#include "core/log.hpp"
#include "data/task_port.hpp"

namespace hetsyn {

struct OpenOptions {
  std::uint64_t seed = 0;            ///< of the run: for what the task freezes over it
  std::string data_path;             ///< directories with data, separated by ':'; HETSYN_DATA
  std::filesystem::path cache_path;  ///< for derived files; may not exist yet
  const Log* log = nullptr;          ///< for what the plugin says while it is opened; null: nothing is kept
  bool dry_run = false;              ///< nothing may be written
};

/// A loaded plugin whose table was checked. The library stays loaded until the process ends.
struct TaskPlugin {
  std::string name;
  std::string summary;
  std::string version;
  std::filesystem::path path;
  std::vector<KeySpec> keys;
  std::vector<KeyValue> defaults;  ///< one per key
  hetsyn_task table{};             ///< a copy; functions that the plugin does not have are null

  /// Opens the task with `values`; keys that are not among them take their defaults. Throws ConfigError (key
  /// "task.<key>") for a value that the task refuses, DataError where its data are missing or damaged, and PluginError
  /// where the plugin breaks its contract; in a dry run DataToBeMade where a run would make its data. The task may
  /// outlive this object. Plugins are opened one at a time: other threads wait.
  [[nodiscard]] std::unique_ptr<Task> open(std::span<const NamedValue> values, const OpenOptions& options) const;
};

/// Loads the library at `path` and checks its table. Throws PluginError with the reason, without the path. The plugin's
/// own code runs: use probe_plugin() first on a library that is not trusted to survive this.
TaskPlugin load_plugin(const std::filesystem::path& path);

}  // namespace hetsyn
