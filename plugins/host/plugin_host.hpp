#pragma once
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/writable.hpp"
#include "host/task_plugin.hpp"

namespace hetsyn {

/// A plugin that could not be used, and the reason.
struct PluginFailure {
  std::filesystem::path path;
  std::string reason;
};

/// The task plugins on a search path: `hetsyn_task_*.so` in each folder, and each entry that is a file. It loads no
/// plugin into this process; if a description is needed, a separate process loads the plugin (probe_plugin()), and a
/// broken one does not affect others. Files that everyone can write to are refused. Use it from one thread.
class PluginHost {
 public:
  explicit PluginHost(const std::vector<std::filesystem::path>& search_path);

  /// All plugins, sorted by name. Of two tasks with the same name the first one is used; the other is a failure.
  [[nodiscard]] std::vector<TaskPlugin> plugins() const;
  [[nodiscard]] std::vector<PluginFailure> failures() const;

  /// The task with this name. It first describes, in the order of the search path, the files that the user named and
  /// hetsyn_task_<name>.so in each folder, and other files only if none of these has the task. Throws UsageError, which
  /// lists the known tasks, the nearest one and the failures.
  [[nodiscard]] const TaskPlugin& find(std::string_view name) const;
  /// The files named after the task that find() described and that do not have it.
  [[nodiscard]] std::vector<PluginFailure> passed_over(std::string_view name) const;

 private:
  struct File {
    std::filesystem::path path;
    Named named = Named::file;
    bool asked = false;
    std::optional<TaskPlugin> plugin;
    std::string refusal;  ///< the reason why there is no plugin
  };

  void add(const std::filesystem::path& path, Named named);
  void ask(File& file) const;
  const TaskPlugin* find_among(std::string_view name, bool named_for_it) const;

  mutable std::vector<File> files_;        ///< in the order of the search path
  std::vector<PluginFailure> unsearched_;  ///< entries that could not be searched
};

/// The paths in several lists that are separated by ':'.
std::vector<std::filesystem::path> listed_paths(std::span<const std::string> options);

/// Where plugins are searched, in this order: `options` (--plugin-path), the environment variable HETSYN_PLUGIN_PATH,
/// and lib/hetsyn/plugins of the build or install tree that this code is from. The first two are lists separated by
/// ':'.
std::vector<std::filesystem::path> plugin_search_path(std::span<const std::string> options);

}  // namespace hetsyn
