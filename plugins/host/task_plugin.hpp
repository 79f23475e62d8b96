#pragma once
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
  std::uint32_t threads = 0;         ///< most that the task may use; 0: one for each core
};

/// What a plugin says about itself. Its library is loaded into this process when the task is opened, and not before.
struct TaskPlugin {
  std::string name;
  std::string summary;
  std::string version;
  std::filesystem::path path;
  std::vector<KeySpec> keys;
  std::vector<KeyValue> defaults;  ///< one per key

  /// Loads the plugin where it is not loaded yet, and opens the task with `values`; keys that are not among them take
  /// their defaults. Throws ConfigError (key "task.<key>") for a value that the task refuses, DataError where its data
  /// are missing or damaged, and PluginError where the plugin breaks its contract; in a dry run DataToBeMade where a
  /// run would make its data. The task may outlive this object. Plugins are opened one at a time: other threads wait.
  [[nodiscard]] std::unique_ptr<Task> open(std::span<const NamedValue> values, const OpenOptions& options) const;
};

}  // namespace hetsyn
