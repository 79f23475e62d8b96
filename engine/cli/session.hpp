#pragma once
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "config/config.hpp"
#include "run/opened_run.hpp"

/// What the verbs share: from a command line to a config and an opened task.
namespace hetsyn::cli {

/// The config file of the options (or `base` where they name none) with --set and the single-key options on top.
ConfigDocument load_document(const Options& options, const std::string& base = {});

/// The plugins on the search path of the options.
PluginHost discover_plugins(const Options& options);

/// The task that --task or the document names. Throws UsageError where neither does, or both differ.
const TaskPlugin& choose_task(const PluginHost& host, const Options& options, const ConfigDocument& document);

/// The data path of HETSYN_DATA, the user's cache and the program's log.
TaskPlaces task_places();

/// Writes each of them to the log.
void warn(const std::vector<std::string>& warnings);

}  // namespace hetsyn::cli
