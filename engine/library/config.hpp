#pragma once
#include <hetsyn/configuration.hpp>

#include "config/config.hpp"

namespace hetsyn {

struct Config::Document {
  ConfigDocument tables;
};

/// Converts a value of the library to one of the configuration; messages contain `place`.
ConfigValue config_value(const Value& value, const Place& place);

/// Sets one key, such as "train.seed", on top of `document`. Throws ConfigError if the key does not name a table.
void set_key(ConfigDocument& document, std::string_view key, const Value& value);

}  // namespace hetsyn
