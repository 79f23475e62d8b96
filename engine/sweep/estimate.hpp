#pragma once
#include "config/config.hpp"
#include "data/task_port.hpp"

namespace hetsyn {

/// The estimated duration of a model of a sweep.
struct ModelCost {
  double training_s = 0.0;  ///< all steps, and the evaluations during the training
  double point_s = 0.0;     ///< one evaluation of the set that points are evaluated on
};

/// Measures some steps of training and some batches of evaluation of a resolved config, for about `budget_s` seconds.
/// Throws the same exceptions as a run.
ModelCost estimate_cost(const Task& task, const RunConfig& config, const std::string& split, double budget_s);

}  // namespace hetsyn
