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
  std::uint64_t seed = 0;            ///< of the run: for what stays the same during a run
  std::string data_path;             ///< directories with data, separated by ':'; HETSYN_DATA
  std::filesystem::path cache_path;  ///< for derived files; may not exist yet
  const Log* log = nullptr;          ///< receives the plugin's messages while it is opened; null: they are dropped
  bool dry_run = false;              ///< the task may write nothing
  std::uint32_t threads = 0;         ///< the most that the task may use; 0: one for each core
};

/// The description of a plugin. Its library is loaded into this process only when the task is opened, unless it has a
/// table already.
struct TaskPlugin {
  std::string name;
  std::string summary;
  std::string version;
  std::filesystem::path path;
  std::vector<KeySpec> keys;
  std::vector<KeyValue> defaults;  ///< one per key
  std::shared_ptr<const hetsyn_task> table =
      nullptr;  ///< of a task that this process has made; null: that of the library

  /// Loads the plugin if necessary, and opens the task with `values`; missing keys have their defaults. Throws
  /// ConfigError (key "task.<key>") for a value that the task refuses, DataError if its data are missing or damaged,
  /// PluginError if the plugin breaks its contract, and in a dry run DataToBeMade if a run would make its data. The
  /// task may outlive this object. Plugins are opened one at a time: other threads block.
  [[nodiscard]] std::unique_ptr<Task> open(std::span<const NamedValue> values, const OpenOptions& options) const;
};

}  // namespace hetsyn
