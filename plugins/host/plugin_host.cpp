#include "host/plugin_host.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <hetsyn/exceptions.hpp>
#include <system_error>
#include <utility>

#include "core/library.hpp"
#include "core/nearest.hpp"
#include "host/probe.hpp"

namespace hetsyn {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "hetsyn_task_", kSuffix = ".so";

bool is_plugin_file(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  return name.starts_with(kPrefix) && name.ends_with(kSuffix);
}

bool is_named_for(const fs::path& file, std::string_view task) {
  return file.filename() == fmt::format("{}{}{}", kPrefix, task, kSuffix);
}

bool has_task(const std::vector<TaskPlugin>& plugins, std::string_view name) {
  return std::ranges::find(plugins, name, &TaskPlugin::name) != plugins.end();
}

/// The plugin files of a directory in the order of their names, or the entry itself if it is a file.
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

PluginHost::PluginHost(const std::vector<fs::path>& search_path) {
  for (const fs::path& entry : search_path) {
    try {
      const Named named = fs::is_regular_file(entry) ? Named::file : Named::by_its_folder;
      for (const fs::path& file : plugin_files(entry)) add(file, named);
    } catch (const fs::filesystem_error& e) {
      unsearched_.push_back({entry, fmt::format("cannot be searched for plugins: {}", e.code().message())});
    }
  }
}

/// A file that is on the search path twice is added once.
void PluginHost::add(const fs::path& path, Named named) {
  const fs::path canonical = fs::weakly_canonical(path);
  const bool known = std::any_of(files_.begin(), files_.end(),
                                 [&](const File& file) { return fs::weakly_canonical(file.path) == canonical; });
  if (!known) files_.push_back({.path = path, .named = named, .plugin = {}, .refusal = {}});
}

void PluginHost::ask(File& file) const {
  if (std::exchange(file.asked, true)) return;
  try {
    file.refusal = writable_by_everyone(file.path, file.named);
    if (file.refusal.empty()) file.plugin = probe_plugin(file.path);
  } catch (const PluginError& e) {
    file.refusal = e.what();
  }
}

std::vector<TaskPlugin> PluginHost::plugins() const {
  std::vector<TaskPlugin> plugins;
  for (File& file : files_) {
    ask(file);
    if (file.plugin && !has_task(plugins, file.plugin->name)) plugins.push_back(*file.plugin);
  }
  std::ranges::sort(plugins, {}, &TaskPlugin::name);
  return plugins;
}

std::vector<PluginFailure> PluginHost::failures() const {
  std::vector<PluginFailure> failures = unsearched_;
  const std::vector<TaskPlugin> used = plugins();
  for (const File& file : files_) {
    if (!file.plugin) failures.push_back({file.path, file.refusal});
    if (!file.plugin) continue;
    const auto same = std::ranges::find(used, file.plugin->name, &TaskPlugin::name);
    if (same->path == file.path) continue;
    failures.push_back({file.path, fmt::format("its task name '{}' is taken by {}", same->name, same->path.string())});
  }
  return failures;
}

const TaskPlugin* PluginHost::find_among(std::string_view name, bool named_for_it) const {
  for (File& file : files_) {
    if (named_for_it && file.named == Named::by_its_folder && !is_named_for(file.path, name)) continue;
    ask(file);
    if (file.plugin && file.plugin->name == name) return &*file.plugin;
  }
  return nullptr;
}

std::vector<PluginFailure> PluginHost::passed_over(std::string_view name) const {
  std::vector<PluginFailure> failures;
  for (const File& file : files_) {
    if (!file.refusal.empty() && is_named_for(file.path, name)) failures.push_back({file.path, file.refusal});
  }
  return failures;
}

const TaskPlugin& PluginHost::find(std::string_view name) const {
  const TaskPlugin* plugin = find_among(name, true);
  if (plugin == nullptr) plugin = find_among(name, false);
  if (plugin != nullptr) return *plugin;
  std::vector<std::string> names;
  for (const TaskPlugin& known : plugins()) names.push_back(known.name);
  std::string message = fmt::format("there is no task '{}'{}; known tasks: {}", name, did_you_mean(name, names),
                                    names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", ")));
  for (const PluginFailure& failure : failures()) {
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
