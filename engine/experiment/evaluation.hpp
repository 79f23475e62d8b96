#pragma once
#include <atomic>
#include <optional>
#include <string>

#include "experiment/analysis/activity.hpp"
#include "experiment/analysis/confusion.hpp"
#include "experiment/config.hpp"
#include "training/evaluate.hpp"

namespace hetsyn {

/// What a trained network does on one set of its task, under config.perturb.
struct EvaluationReport {
  SplitMetrics metrics;
  Activity activity;
  std::optional<ConfusionMatrix> confusion;  ///< where the task is a classification
  std::size_t samples = 0;
  std::string checkpoint;  ///< file that the parameters came from
};

/// Rebuilds the network of a resolved config, reads `checkpoint` and evaluates the set named `split` ("train",
/// "validation", "test"). Empty where `stop` was set. Throws ConfigError for a split that the run does not have.
std::optional<EvaluationReport> evaluate_run(const Task& task, const RunConfig& config, const std::string& checkpoint,
                                             const std::string& split, const std::atomic<bool>& stop);

/// The report for a reader: metrics, activity of each population, confusion matrix.
std::string evaluation_text(const EvaluationReport& report);
/// The report as one JSON object.
std::string evaluation_json(const RunConfig& config, const EvaluationReport& report);

}  // namespace hetsyn
