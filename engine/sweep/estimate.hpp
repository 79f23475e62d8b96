#pragma once
#include "config/config.hpp"
#include "data/task_port.hpp"

namespace hetsyn {

/// What a model of a sweep takes, found by doing a little of it.
struct ModelCost {
  double training_s = 0.0;  ///< all steps, and the evaluations between them
  double point_s = 0.0;     ///< one evaluation of the set that points are evaluated on
};

/// Times some steps of training and some batches of evaluation of a resolved config, for about `budget_s` seconds.
/// Throws what a run would.
ModelCost estimate_cost(const Task& task, const RunConfig& config, const std::string& split, double budget_s);

}  // namespace hetsyn
