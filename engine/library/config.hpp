#pragma once
#include <hetsyn/configuration.hpp>

#include "config/config.hpp"

namespace hetsyn {

struct Config::Document {
  ConfigDocument tables;
};

/// The value as the configuration has it; `place` is named in messages.
ConfigValue config_value(const Value& value, const Place& place);

/// Sets one key, "train.seed", on top of `document`. Throws ConfigError for a key without a table.
void set_key(ConfigDocument& document, std::string_view key, const Value& value);

}  // namespace hetsyn
