#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "data/task_port.hpp"

/// Finds keys that were given but have no effect, because another key or the task decides instead.
namespace hetsyn {

/// Returns one sentence for each such key of a resolved config. It names the key and what decides instead, both with
/// the places where they were written. A key is reported if
///   - it was given on top of a config, by an option or a sweep, or
///   - a config gives it a value other than the default, unless what decides instead was given on top of the config, or
///     is the model, since configs contain the keys of all models.
/// `task`: if it is null, checks that need the task are left out. `table`: if it is not empty ("perturb."), only keys
/// that begin with it are checked. Throws ConfigError for a key that must be a mistake, such as --set train.epochs=3 if
/// train.iterations is set.
std::vector<std::string> ineffective_keys(const ConfigDocument& document, const RunConfig& config, const TaskInfo* task,
                                          std::string_view table = {});

}  // namespace hetsyn
