#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backend/backend.hpp"
#include "config/config.hpp"
#include "config/identity.hpp"
#include "core/columns.hpp"
#include "data/data_identity.hpp"
#include "run/activity.hpp"
#include "run/confusion.hpp"
#include "training/checkpoint.hpp"
#include "training/evaluate.hpp"
#include "training/protocol.hpp"

namespace hetsyn {

/// A trained network and the set of samples on which it is evaluated.
struct EvaluationSubject {
  std::size_t samples = 0;
  std::string checkpoint;                  ///< the file with the parameters …
  std::uint64_t epoch = 0, step = 0;       ///< … and when they were stored
  std::vector<std::string> class_names;    ///< for the confusion matrix; or empty
  DataIdentity data;                       ///< the data of the evaluation
  std::optional<DataIdentity> trained_on;  ///< the data of the training, if they are different
  std::vector<KeyDifference> varied;       ///< keys in which the evaluation differs from the run, except [perturb]
};

/// Recordings of single samples in a file.
struct ExportedSamples {
  std::string file;
  std::vector<std::size_t> samples;  ///< places in the set
};

/// The result of evaluating it, under config.perturb.
struct EvaluationReport : EvaluationSubject {
  SplitMetrics metrics;
  Activity activity;
  std::optional<ConfusionMatrix> confusion;  ///< if the task is a classification
  std::optional<ExportedSamples> exported;   ///< if samples were also recorded
};

struct EvaluationRequest {
  const Task& task;           ///< opened with `config`
  const RunConfig& recorded;  ///< the config of the run, resolved
  const RunConfig& config;    ///< the same with the changes of the evaluation, resolved
  std::string checkpoint;     ///< name in messages and in the report
  std::string split;          ///< "train", "validation" or "test"
};

/// An evaluation that can start: the damaged network and the set. Task and config must outlive it.
struct PreparedEvaluation {
  const Task& task;
  const RunConfig& config;
  EvaluationSubject subject;
  SampleSet set;
  std::unique_ptr<Backend> backend;
  EvaluationSettings settings;  ///< seeds, batch and damage of the input
};

/// Rebuilds the network with the parameters of a checkpoint, damaged as config.perturb says. `config` may differ from
/// the run in damage, placement, and keys that determine the samples. Throws ConfigError for a split that the run does
/// not have, and for any other changed key, which would evaluate another network or validate on samples that were
/// trained on; DataError if the data are different and no key of the task was changed.
PreparedEvaluation prepare_evaluation(const EvaluationRequest& request, Checkpoint trained);
/// The same for the file that request.checkpoint names. Also throws the exceptions of read_checkpoint().
PreparedEvaluation prepare_evaluation(const EvaluationRequest& request);

/// Evaluates the network on the set. Empty if `stop` was set.
std::optional<EvaluationReport> evaluate_run(const PreparedEvaluation& evaluation, const std::atomic<bool>& stop);

/// The damage, key by key: "perturb.deletion = 0.32, perturb.seed = 0"; empty if there is none.
std::string damage_text(const RunConfig& config);
/// The report for people, in lines of at most `columns`: checkpoint, set and damage, metrics, activity of each
/// population, confusion matrix.
std::string evaluation_text(const RunConfig& config, const EvaluationReport& report,
                            std::size_t columns = kUnlimitedColumns);
/// The report as one JSON object.
std::string evaluation_json(const RunConfig& config, const EvaluationReport& report);

}  // namespace hetsyn
