#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "core/communicator.hpp"
#include "core/log.hpp"
#include "core/process_memory.hpp"
#include "data/task_port.hpp"
#include "run/memory_plan.hpp"
#include "run/open_task.hpp"
#include "run/run.hpp"
#include "run/run_directory.hpp"

/// The steps from a configuration to a run, which the program and the library share.
namespace hetsyn {

/// A configuration whose task is open: what a training, an evaluation and an estimate begin with.
struct OpenedRun {
  ConfigDocument document;  ///< what the configuration was read from; errors name places in it
  RunConfig config;         ///< completed by what the task knows
  std::shared_ptr<const Task> task;
  ProcessMemory before{}, after{};  ///< memory of the process, before and after the task was opened
};

/// Opens the task of `plugin` for a config that was read from `document`; see open_task().
OpenedRun open_run(const TaskPlugin& plugin, ConfigDocument document, RunConfig config, const TaskPlaces& places,
                   bool dry_run = false, const Communicator& ranks = single_process());
/// The same with a task that is open already.
OpenedRun open_run(std::shared_ptr<const Task> task, ConfigDocument document, RunConfig config);

/// Memory that one of `ranks` takes; see memory_plan.hpp.
MemoryPlan plan_memory(const OpenedRun& opened, const Communicator& ranks = single_process());

/// What its user should know: keys that change nothing (of `table` alone, where it is given) and data that are a
/// stand-in. Throws ConfigError as ineffective_keys() does.
std::vector<std::string> warnings_of(const OpenedRun& opened, std::string_view table = {});

/// The config that a run directory records, completed as of now. `plugin`: null for data that come from no plugin.
RunConfig recorded_config(const std::filesystem::path& run, const TaskPlugin* plugin, const TaskInfo& info);

/// Whether `run` continues what the directory holds: where it is to resume and a run was started there. Throws
/// UsageError where that run has another description.
bool continues(const Run& run, const RunDirectory& directory, Existing existing, const OpenedRun& opened,
               const TaskPlugin* plugin, const Log& log);

}  // namespace hetsyn
