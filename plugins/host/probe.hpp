#pragma once
#include <chrono>
#include <filesystem>
#include <string>

#include "host/task_plugin.hpp"

namespace hetsyn {

/// What the plugin says about itself, asked by the program hetsyn_probe in a process of its own. Throws PluginError
/// with the reason, without the path, where the plugin is refused, crashes, ends the process or takes longer than
/// `patience`.
TaskPlugin probe_plugin(const std::filesystem::path& path,
                        std::chrono::milliseconds patience = std::chrono::seconds(10));

/// What hetsyn_probe reports: loads the plugin in this process.
std::string probe_report(const std::filesystem::path& path);

}  // namespace hetsyn
