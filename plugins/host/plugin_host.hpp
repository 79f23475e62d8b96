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

/// A plugin that could not be used, and why.
struct PluginFailure {
  std::filesystem::path path;
  std::string reason;
};

/// The task plugins on a search path: `hetsyn_task_*.so` of each folder, and each entry that is itself a file. Nothing
/// is loaded here; a plugin is asked in a process of its own when somebody wants to know (probe_plugin()), and a broken
/// one never stops the others. Files that everyone can write to are refused. To be used by one thread.
class PluginHost {
 public:
  explicit PluginHost(const std::vector<std::filesystem::path>& search_path);

  /// All of them, sorted by name. Of two tasks with one name the first counts, and the other is a failure.
  [[nodiscard]] std::vector<TaskPlugin> plugins() const;
  [[nodiscard]] std::vector<PluginFailure> failures() const;

  /// The task of that name. Asked are, in the order of the search path, the files that the user named and
  /// hetsyn_task_<name>.so of each folder; all others only where none of these has the task. Throws UsageError, naming
  /// the known tasks, the nearest one and the failures.
  [[nodiscard]] const TaskPlugin& find(std::string_view name) const;
  /// The files named for the task that find() asked in vain.
  [[nodiscard]] std::vector<PluginFailure> passed_over(std::string_view name) const;

 private:
  struct File {
    std::filesystem::path path;
    Named named = Named::file;
    bool asked = false;
    std::optional<TaskPlugin> plugin;
    std::string refusal;  ///< why there is no plugin
  };

  void add(const std::filesystem::path& path, Named named);
  void ask(File& file) const;
  const TaskPlugin* find_among(std::string_view name, bool named_for_it) const;

  mutable std::vector<File> files_;        ///< in the order of the search path
  std::vector<PluginFailure> unsearched_;  ///< entries that could not be searched
};

/// The paths of several lists, each separated by ':'.
std::vector<std::filesystem::path> listed_paths(std::span<const std::string> options);

/// Where plugins are looked for, in this order: `options` (--plugin-path), the environment's HETSYN_PLUGIN_PATH, and
/// lib/hetsyn/plugins of the build or install tree that the program runs from. The first two are lists separated by
/// ':'.
std::vector<std::filesystem::path> plugin_search_path(std::span<const std::string> options);

}  // namespace hetsyn
