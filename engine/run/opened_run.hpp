#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "core/communicator.hpp"
#include "core/log.hpp"
#include "core/process_memory.hpp"
#include "data/task_port.hpp"
#include "run/initial_parameters.hpp"
#include "run/memory_plan.hpp"
#include "run/open_task.hpp"
#include "run/run.hpp"
#include "run/run_directory.hpp"

/// The steps from a configuration to a run that the program and the library share.
namespace hetsyn {

/// A configuration whose task is open, from which a training, an evaluation or an estimate starts.
struct OpenedRun {
  ConfigDocument document;  ///< as it was read; errors contain places in it
  RunConfig config;         ///< with the values that the task determines
  std::shared_ptr<const Task> task;
  ProcessMemory before{}, after{};  ///< memory of the process before and after the task was opened
};

/// Opens the task of `plugin` for a config that was read from `document`; see open_task().
OpenedRun open_run(const TaskPlugin& plugin, ConfigDocument document, RunConfig config, const TaskPlaces& places,
                   bool dry_run = false, const Communicator& ranks = single_process());
/// The same with a task that is already open.
OpenedRun open_run(std::shared_ptr<const Task> task, ConfigDocument document, RunConfig config);

/// Opens the task of a run for its recorded config, on the run's device where this machine has it, on another one
/// otherwise. Throws as read_config(), find_task() and open_task().
OpenedRun reopen_run(const std::filesystem::path& run, const PluginHost& host, const TaskPlaces& places);

/// The memory that one of `ranks` needs; see memory_plan.hpp.
MemoryPlan plan_memory(const OpenedRun& opened, const Communicator& ranks = single_process());

/// Warnings for the user: keys without effect (only those of `table`, if it is given) and stand-in data. Throws
/// ConfigError like ineffective_keys().
std::vector<std::string> warnings_of(const OpenedRun& opened, std::string_view table = {});

/// The config in a run directory, with the values that the task determines. `plugin`: null for data that are not from a
/// plugin.
RunConfig recorded_config(const std::filesystem::path& run, const TaskPlugin* plugin, const TaskInfo& info);

/// The parameters in the file that model.initial names; empty if it is absent, or if a run in `directory` (empty: none)
/// is continued from its checkpoint, which does not need the file. Throws as read_initial_parameters().
std::optional<InitialParameters> initial_parameters(const OpenedRun& opened, const std::filesystem::path& directory,
                                                    Existing existing);

/// The config of the run in the directory that `run` continues: if `existing` says so and there is one. Throws
/// UsageError if that run is another one.
std::optional<RunConfig> continued_run(const Run& run, const RunDirectory& directory, Existing existing,
                                       const OpenedRun& opened, const TaskPlugin* plugin, const Log& log);

}  // namespace hetsyn
