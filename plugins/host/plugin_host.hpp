#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/task_plugin.hpp"

namespace hetsyn {

/// A plugin that could not be used, and why.
struct PluginFailure {
  std::filesystem::path path;
  std::string reason;
};

/// All task plugins on a search path. A broken plugin is listed and never stops the others.
class PluginHost {
 public:
  /// Loads `hetsyn_task_*.so` of each directory of `search_path`, and each entry that is itself a file. The first of
  /// two tasks with one name wins. Each plugin is loaded in a forked child first, so that one that crashes does no
  /// harm: call this before threads are started.
  static PluginHost discover(const std::vector<std::filesystem::path>& search_path);

  /// Sorted by name.
  [[nodiscard]] const std::vector<TaskPlugin>& plugins() const { return plugins_; }
  [[nodiscard]] const std::vector<PluginFailure>& failures() const { return failures_; }
  /// Throws UsageError, naming the known tasks, the nearest one and the failures.
  [[nodiscard]] const TaskPlugin& find(std::string_view name) const;

 private:
  void add(const std::filesystem::path& path);

  std::vector<TaskPlugin> plugins_;
  std::vector<PluginFailure> failures_;
};

/// The paths of several lists, each separated by ':'.
std::vector<std::filesystem::path> listed_paths(std::span<const std::string> options);

/// Where plugins are looked for, in this order: `options` (--plugin-path), the environment's HETSYN_PLUGIN_PATH, and
/// lib/hetsyn/plugins of the build or install tree that the program runs from. The first two are lists separated by
/// ':'.
std::vector<std::filesystem::path> plugin_search_path(std::span<const std::string> options);

}  // namespace hetsyn
