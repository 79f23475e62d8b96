#pragma once
#include <hetsyn/configuration.hpp>

#include "config/config.hpp"

namespace hetsyn {

struct Config::Document {
  ConfigDocument tables;
};

/// The value as the configuration has it; `place` is named in messages.
ConfigValue config_value(const Value& value, const Place& place);

}  // namespace hetsyn
