#pragma once
#include <hetsyn_task.h>

#include <string_view>
#include <vector>

#include "core/config_key.hpp"

namespace hetsyn {

/// Letters, digits and '_', not empty.
bool is_identifier(std::string_view text);

/// The keys that a plugin declares. Throws PluginError for a declaration that makes no sense.
std::vector<KeySpec> read_schema(const hetsyn_task& table);

/// The key's default, read as TOML. Throws PluginError if it is not a value of the key's type, range and choices.
KeyValue default_value(const KeySpec& key);

}  // namespace hetsyn
