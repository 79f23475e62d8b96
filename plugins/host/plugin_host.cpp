#include "host/plugin_host.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/nearest.hpp"
#include "host/probe.hpp"

namespace hetsyn {
namespace {

namespace fs = std::filesystem;

bool is_plugin_file(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  return name.starts_with("hetsyn_task_") && name.ends_with(".so");
}

/// Plugin files of a directory in the order of their names, or the entry itself if it is a file.
std::vector<fs::path> plugin_files(const fs::path& entry) {
  if (fs::is_regular_file(entry)) return {entry};
  std::vector<fs::path> files;
  for (const fs::directory_entry& file : fs::directory_iterator(entry)) {
    if (is_plugin_file(file)) files.push_back(file.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void append_list(std::string_view list, std::vector<fs::path>& out) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(':'), list.size());
    if (end > 0) out.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

}  // namespace

PluginHost PluginHost::discover(const std::vector<fs::path>& search_path) {
  PluginHost host;
  std::vector<fs::path> seen;
  for (const fs::path& entry : search_path) {
    try {
      for (const fs::path& file : plugin_files(entry)) {
        const fs::path canonical = fs::weakly_canonical(file);
        if (std::find(seen.begin(), seen.end(), canonical) != seen.end()) continue;
        seen.push_back(canonical);
        host.add(file);
      }
    } catch (const fs::filesystem_error& e) {
      host.failures_.push_back({entry, fmt::format("cannot be searched for plugins: {}", e.code().message())});
    }
  }
  std::sort(host.plugins_.begin(), host.plugins_.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return host;
}

void PluginHost::add(const fs::path& path) {
  try {
    probe_plugin(path);
    TaskPlugin plugin = load_plugin(path);
    for (const TaskPlugin& other : plugins_) {
      if (other.name == plugin.name) {
        throw PluginError(fmt::format("its task name '{}' is taken by {}", plugin.name, other.path.string()));
      }
    }
    plugins_.push_back(std::move(plugin));
  } catch (const PluginError& e) {
    failures_.push_back({path, e.what()});
  }
}

const TaskPlugin& PluginHost::find(std::string_view name) const {
  std::vector<std::string> names;
  for (const TaskPlugin& plugin : plugins_) {
    if (plugin.name == name) return plugin;
    names.push_back(plugin.name);
  }
  std::string message = fmt::format("there is no task '{}'{}; known tasks: {}", name, did_you_mean(name, names),
                                    names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", ")));
  for (const PluginFailure& failure : failures_) {
    message += fmt::format("; {} was not loaded: {}", failure.path.string(), failure.reason);
  }
  throw UsageError(message);
}

std::vector<fs::path> listed_paths(std::span<const std::string> options) {
  std::vector<fs::path> paths;
  for (const std::string& option : options) append_list(option, paths);
  return paths;
}

std::vector<fs::path> plugin_search_path(std::span<const std::string> options) {
  std::vector<fs::path> path = listed_paths(options);
  if (const char* variable = std::getenv("HETSYN_PLUGIN_PATH"); variable != nullptr) append_list(variable, path);
  if (const fs::path own = own_plugin_directory(); !own.empty()) path.push_back(own);
  return path;
}

}  // namespace hetsyn
