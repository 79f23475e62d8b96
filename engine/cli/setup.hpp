#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.hpp"
#include "config/config.hpp"
#include "run/opened_run.hpp"

/// Steps that verbs share: from a command line to a config and an opened task.
namespace hetsyn::cli {

/// The file that find_config() finds for the value of an option, which it logs if it is not that file itself.
std::string config_file(std::string_view option, const std::string& name);

/// The config file of the options, or `base` if they name none, with --set and the options for single keys on top.
ConfigDocument load_document(const Options& options, const std::string& base = {});

/// Finds the plugins on the search path of the options.
PluginHost discover_plugins(const Options& options);

/// The task that --task or the document names. Throws UsageError if neither does, or if they differ.
const TaskPlugin& choose_task(const PluginHost& host, const Options& options, const ConfigDocument& document);

/// The folders of HETSYN_DATA, the user's cache, and the program's log, which takes each message of a task once.
TaskPlaces task_places();

/// Logs each of them as a warning, unless it was given before.
void warn(const std::vector<std::string>& warnings);

}  // namespace hetsyn::cli
