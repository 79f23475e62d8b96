#pragma once
#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/identity.hpp"
#include "data/data_identity.hpp"
#include "run/activity.hpp"
#include "run/confusion.hpp"
#include "training/checkpoint.hpp"
#include "training/evaluate.hpp"

namespace hetsyn {

/// What a trained network does on one set of its task, under config.perturb.
struct EvaluationReport {
  SplitMetrics metrics;
  Activity activity;
  std::optional<ConfusionMatrix> confusion;  ///< where the task is a classification
  std::size_t samples = 0;
  std::string checkpoint;                  ///< file that the parameters came from …
  std::uint64_t epoch = 0, step = 0;       ///< … and when it was written
  std::vector<std::string> class_names;    ///< of the confusion matrix; or empty
  DataIdentity data;                       ///< evaluated on
  std::optional<DataIdentity> trained_on;  ///< where that is something else
  std::vector<KeyDifference> varied;       ///< keys in which the evaluation departs from the run, [perturb] apart
};

struct EvaluationRequest {
  const Task& task;           ///< opened with `config`
  const RunConfig& recorded;  ///< of the run, resolved
  const RunConfig& config;    ///< the same with what the evaluation changes, resolved
  std::string checkpoint;     ///< its name in messages and in the report
  std::string split;          ///< "train", "validation" or "test"
};

/// Rebuilds the network, gives it the parameters of a checkpoint and evaluates the set. Empty where `stop` was set.
/// Damage and placement may differ from the run, and what decides the samples may be varied. Throws ConfigError for a
/// split that the run does not have and for any other change of a key, which would evaluate another network, or
/// validate on samples that were trained on; DataError where the data are others and no key of the task was changed.
std::optional<EvaluationReport> evaluate_run(const EvaluationRequest& request, Checkpoint trained,
                                             const std::atomic<bool>& stop);
/// The same for the file that request.checkpoint names. Throws as read_checkpoint() too.
std::optional<EvaluationReport> evaluate_run(const EvaluationRequest& request, const std::atomic<bool>& stop);

/// The report for a reader: what was evaluated under which damage, metrics, activity of each population, confusion
/// matrix.
std::string evaluation_text(const RunConfig& config, const EvaluationReport& report);
/// The report as one JSON object.
std::string evaluation_json(const RunConfig& config, const EvaluationReport& report);

}  // namespace hetsyn
