#pragma once
#include <string>
#include <string_view>

#include "host/task_plugin.hpp"

namespace hetsyn {

/// A plugin's description as JSON, in which a worker reports it.
std::string description_json(const TaskPlugin& plugin);

/// Parses the output of description_json() for the plugin at `path`. Throws PluginError for any other text.
TaskPlugin parse_description(const std::filesystem::path& path, std::string_view json);

}  // namespace hetsyn
