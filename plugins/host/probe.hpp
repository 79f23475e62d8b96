#pragma once
#include <chrono>
#include <filesystem>
#include <string>

#include "host/task_plugin.hpp"

namespace hetsyn {

/// Describes a plugin in a separate process, the program hetsyn_probe. Throws PluginError with the reason, without the
/// path, if the plugin is refused, crashes, ends the process or takes longer than `patience`.
TaskPlugin probe_plugin(const std::filesystem::path& path,
                        std::chrono::milliseconds patience = std::chrono::seconds(10));

/// The report of hetsyn_probe. Loads the plugin into this process.
std::string probe_report(const std::filesystem::path& path);

}  // namespace hetsyn
