#pragma once
#include "data/task_port.hpp"

namespace hetsyn {

/// The term that makes a task a classification: its only one with labels, whose score decides the class (see
/// dynamics/metric.hpp). Null where it has none or several (then a class would depend on the term).
const LossTerm* classification_term(const TaskInfo& task);

}  // namespace hetsyn
