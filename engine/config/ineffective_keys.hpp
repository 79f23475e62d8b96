#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "data/task_port.hpp"

/// Keys that were given and change nothing, because another key or the task decides what they would.
namespace hetsyn {

/// One sentence for each such key of a resolved config, naming the key and what decides in its place, both with the
/// places where they were written. Told is
///   - a key that was given on top of a config: by an option, or by a sweep;
///   - a key that a config gives another value than its default, unless what decides in its place came on top of the
///     config, or is the model: configs hold the keys of all models.
/// `task`: null leaves out what depends on it. `table`: of the keys that begin so alone ("perturb."); empty: all.
/// Throws ConfigError for a key whose giver must have meant something else, as --set train.epochs=3 where
/// train.iterations is set.
std::vector<std::string> ineffective_keys(const ConfigDocument& document, const RunConfig& config, const TaskInfo* task,
                                          std::string_view table = {});

}  // namespace hetsyn
