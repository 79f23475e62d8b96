#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "config/config.hpp"
#include "core/communicator.hpp"
#include "core/log.hpp"
#include "data/task_port.hpp"
#include "host/plugin_host.hpp"

/// Finds and opens the task that a config names.
namespace hetsyn {

/// The default folder for tasks' derived files: $XDG_CACHE_HOME/hetsyn, or ~/.cache/hetsyn.
std::filesystem::path default_cache_path();

/// The folders in which a task looks for its data, and the log for its messages.
struct TaskPlaces {
  std::string data_path;             ///< directories, separated by ':'
  std::filesystem::path cache_path;  ///< for derived files; it may not exist yet
  const Log& log;
};

/// The plugin that has the task. Warns of files with the name of the task that do not have it. Throws UsageError.
const TaskPlugin& find_task(const PluginHost& host, const std::string& name, const Log& log);

/// Opens the task of a config. Errors about keys contain the place in `document`. In a dry run the task writes nothing,
/// and DataToBeMade says what a run would first make. It uses as many threads as the rank.
std::unique_ptr<Task> open_task(const TaskPlugin& plugin, const RunConfig& config, const ConfigDocument& document,
                                const TaskPlaces& places, bool dry_run = false,
                                const Communicator& ranks = single_process());

/// Runs `body`. A ConfigError that has a key but no place gets the place in `document`.
template <class Body>
auto placing_errors(const ConfigDocument& document, Body body) {
  try {
    return body();
  } catch (const ConfigError& error) {
    throw with_place(error, document);
  }
}

}  // namespace hetsyn
