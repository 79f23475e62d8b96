#pragma once
#include <string>
#include <string_view>

#include "host/task_plugin.hpp"

namespace hetsyn {

/// A plugin's description as JSON, for the way from one process to another.
std::string description_json(const TaskPlugin& plugin);

/// Takes what description_json() wrote, of the plugin at `path`. Throws PluginError for any other text.
TaskPlugin parse_description(const std::filesystem::path& path, std::string_view json);

}  // namespace hetsyn
