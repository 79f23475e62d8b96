#pragma once
#include <string>

#include "cli/terminal.hpp"
#include "data/check/task_check.hpp"

namespace hetsyn::cli {

/// The check for people: a table of the splits, a line or more for each finding, and a conclusion.
std::string check_text(const TaskInfo& info, const TaskCheck& check, const Terminal& terminal);

}  // namespace hetsyn::cli
