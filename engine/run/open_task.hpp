#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "config/config.hpp"
#include "core/communicator.hpp"
#include "core/log.hpp"
#include "data/task_port.hpp"
#include "host/plugin_host.hpp"

/// From a name in a config to an opened task.
namespace hetsyn {

/// Where tasks keep derived files unless something else is said: $XDG_CACHE_HOME/hetsyn, or ~/.cache/hetsyn.
std::filesystem::path default_cache_path();

/// Where a task looks for its data, and whom it tells what it does.
struct TaskPlaces {
  std::string data_path;             ///< directories, separated by ':'
  std::filesystem::path cache_path;  ///< for derived files; may not exist yet
  const Log& log;
};

/// The plugin with that task. Warns of files that look as if they had it and were passed over. Throws UsageError.
const TaskPlugin& find_task(const PluginHost& host, const std::string& name, const Log& log);

/// Opens the task of a config. Errors about keys name the place in `document`. In a dry run the task writes nothing,
/// and DataToBeMade says what a run would make first. It uses as many threads as the rank.
std::unique_ptr<Task> open_task(const TaskPlugin& plugin, const RunConfig& config, const ConfigDocument& document,
                                const TaskPlaces& places, bool dry_run = false,
                                const Communicator& ranks = single_process());

/// Runs `body`; a ConfigError that knows a key but no place is given the place in `document`.
template <class Body>
auto placing_errors(const ConfigDocument& document, Body body) {
  try {
    return body();
  } catch (const ConfigError& error) {
    throw with_place(error, document);
  }
}

}  // namespace hetsyn
