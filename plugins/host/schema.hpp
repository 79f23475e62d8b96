#pragma once
#include <hetsyn_task.h>

#include <string_view>
#include <vector>

#include "core/config_key.hpp"

namespace hetsyn {

/// Whether the text consists of letters, digits and '_' and is not empty.
bool is_identifier(std::string_view text);

/// The keys that a plugin declares. Throws PluginError for an invalid declaration.
std::vector<KeySpec> read_schema(const hetsyn_task& table);

/// The key's default, parsed as TOML. Throws PluginError if it does not fit the key's type, range and choices.
KeyValue default_value(const KeySpec& key);

}  // namespace hetsyn
