#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "cli/options.hpp"
#include "config/config.hpp"
#include "core/communicator.hpp"
#include "data/task_port.hpp"
#include "run/open_task.hpp"

/// What the verbs share: from a command line to a config and an opened task.
namespace hetsyn::cli {

/// The config file of the options (or `base` where they name none) with --set and the single-key options on top.
ConfigDocument load_document(const Options& options, const std::string& base = {});

/// The plugins on the search path of the options.
PluginHost discover_plugins(const Options& options);

/// The task that --task or the document names. Throws UsageError where neither does, or both differ.
const TaskPlugin& choose_task(const PluginHost& host, const Options& options, const ConfigDocument& document);

/// Opens the task of a config, with data from HETSYN_DATA and the user's cache; see run/open_task.hpp.
std::unique_ptr<Task> open_task(const TaskPlugin& plugin, const RunConfig& config, const ConfigDocument& document,
                                bool dry_run = false, const Communicator& ranks = single_process());

/// The config that a run directory records, resolved for its task as opened now.
RunConfig recorded_config(const std::filesystem::path& run, const TaskPlugin& plugin, const TaskInfo& info);

/// Says on standard error which keys were given and change nothing.
void warn_of_ineffective_keys(const std::vector<std::string>& warnings);

/// Says on standard error where the data are made up.
void warn_of_standin(const TaskInfo& info);

}  // namespace hetsyn::cli
