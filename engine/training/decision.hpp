#pragma once
#include "data/task_port.hpp"

namespace hetsyn {

/// The loss term that makes a task a classification: its only one with labels, whose score decides the class
/// (dynamics/metric.hpp). Null if there is none, or several, so that the decision would be ambiguous.
const LossTerm* classification_term(const TaskInfo& task);

}  // namespace hetsyn
