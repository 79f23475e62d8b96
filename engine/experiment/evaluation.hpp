#pragma once
#include <atomic>
#include <functional>
#include <string>

#include "experiment/config.hpp"
#include "training/evaluate.hpp"

namespace hetsyn {

/// Adds relative normal noise to weights and decays of a backend, in place: p ← p (1 + sd · N(0,1)); decays are clamped
/// to [decay_min, decay_max] as in training. Draws depend on the seed and the element alone.
void add_parameter_noise(Backend& backend, const PerturbSettings& perturb, const OptimizerSettings& clamp);

/// The metrics of a trained network on one set of its task, under config.perturb.
struct EvaluationReport {
  SplitMetrics metrics;
  std::size_t samples = 0;
  std::string checkpoint;  ///< file that the parameters came from
};

/// Rebuilds the network of a resolved config, reads `checkpoint` and evaluates the set named `split` ("train",
/// "validation", "test"). Empty where `stop` was set. Throws ConfigError for a split that the run does not have.
std::optional<EvaluationReport> evaluate_run(const Task& task, const RunConfig& config, const std::string& checkpoint,
                                             const std::string& split, const std::atomic<bool>& stop);

/// The report as one JSON object.
std::string evaluation_json(const RunConfig& config, const EvaluationReport& report);

}  // namespace hetsyn
