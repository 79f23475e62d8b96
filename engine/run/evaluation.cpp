#include "run/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <hetsyn/exceptions.hpp>

#include "base/threads.hpp"
#include "run/data_json.hpp"
#include "run/parameter_perturbation.hpp"
#include "run/run.hpp"
#include "training/checkpoint.hpp"
#include "training/decision.hpp"

namespace hetsyn {
namespace {

const SampleSet& set_named(const SampleSets& sets, const std::string& split) {
  const auto absent = [&](std::string_view why) {
    return ConfigError(fmt::format("--split {}: this run has no such set; {}", split, why));
  };
  if (split == "test") {
    if (!sets.test) throw absent("the task has no test split");
    return *sets.test;
  }
  if (split == "validation") {
    if (!sets.validation) throw absent("under protocol = \"paper\" nothing is held out");
    return *sets.validation;
  }
  if (split != "train") throw absent("expected train, validation or test");
  if (sets.train.drawn) throw absent("training samples are drawn anew for each step");
  return sets.train;
}

EvaluationSettings evaluation_settings(const RunConfig& config) {
  EvaluationSettings settings;
  settings.batch = config.train.evaluation_batch != 0 ? config.train.evaluation_batch : config.train.batch;
  settings.seed = config.train.seed;
  settings.perturbation = config.perturb.spikes;
  if (config.perturb.warp_log2 != 0.0) {
    settings.time_scale = warp_factor(config.perturb.warp_log2, config.perturb.spikes.seed, 0);
  }
  return settings;
}

/// Throws if a key was changed that would change the network or the set of held-out samples.
void check_trained_keys(const EvaluationRequest& request) {
  const std::vector<KeyDifference> changed = differences(request.recorded, request.config, kTrained);
  if (changed.empty()) return;
  throw ConfigError(fmt::format("an evaluation cannot change what was trained or held out: {}; train another run",
                                differences_text(changed)),
                    changed.front().key);
}

/// Throws if the data changed without an explicit change of a key of the task. Also throws for a set that consists of
/// training samples if the data or the held-out samples differ from those of the training, since the network may have
/// been trained on them.
void check_data(const EvaluationRequest& request, const SampleSet& set, const DataIdentity& trained_on,
                const DataIdentity& found) {
  const bool same = trained_on.same_as(found);
  const auto fail = [&](std::string_view expected) {
    throw DataError(fmt::format("{}: the network was trained on {}; found: {}. {}", request.checkpoint,
                                describe(trained_on), describe(found), expected));
  };
  if (!same && task_differences(request.recorded, request.config).empty()) {
    fail("Expected the same content, at any place (task.path); to evaluate on other data, change a key of the task");
  }
  const bool from_training_data = !set.drawn && request.task.info().splits[set.split].role == SplitRole::train;
  if (from_training_data && (!same || trained_on.held_out != found.held_out)) {
    fail(
        "It is unknown which of these training samples were held out; expected --split test, or the run's own keys of "
        "the task");
  }
}

}  // namespace

PreparedEvaluation prepare_evaluation(const EvaluationRequest& request) {
  check_trained_keys(request);  // before the checkpoint is refused for its shapes
  const ParameterLayout layout = parameter_layout(network_layout(request.config.model));
  return prepare_evaluation(request, read_checkpoint(request.checkpoint, layout));
}

PreparedEvaluation prepare_evaluation(const EvaluationRequest& request, Checkpoint trained) {
  const Task& task = request.task;
  const RunConfig& config = request.config;
  check_trained_keys(request);
  const SampleSets sets = divide_samples(task, config.train);
  PreparedEvaluation prepared{
      task, config, {}, set_named(sets, request.split), build_backend(config), evaluation_settings(config)};
  EvaluationSubject& subject = prepared.subject;
  subject.samples = prepared.set.indices.size();
  subject.checkpoint = request.checkpoint;
  subject.epoch = trained.progress.epoch;
  subject.step = trained.progress.step;
  subject.class_names = task.info().class_names;
  subject.data = identify_data(task);
  subject.data.held_out = held_out_digest(task, sets);
  const DataIdentity trained_on = parse_data_identity(request.checkpoint, trained.data);
  check_data(request, prepared.set, trained_on, subject.data);
  if (!trained_on.same_as(subject.data)) subject.trained_on = trained_on;
  subject.varied = differences(request.recorded, config, kVariable);
  perturb_parameters(trained.parameters, prepared.backend->layout(), config);
  prepared.backend->write(Block::parameters, trained.parameters);
  return prepared;
}

std::optional<EvaluationReport> evaluate_run(const PreparedEvaluation& evaluation, const std::atomic<bool>& stop) {
  const Task& task = evaluation.task;
  const LossTerm* const term = classification_term(task.info());
  EvaluationReport report{evaluation.subject, {}, {}, {}, {}};
  if (term != nullptr) report.confusion.emplace(task.info().outputs);
  ActivityCounter counter(evaluation.backend->network());
  EvaluationSettings settings = evaluation.settings;
  settings.stop = &stop;
  settings.on_forward = [&](const BackendPass& pass, const Batch& batch) {
    counter.add(pass, batch.input);
    if (term == nullptr) return;
    const PendingMetrics decided = pass.metrics({.decisions = {term, 1}, .target = std::nullopt});
    report.confusion->add(batch.labels, decided.values().classes.front());
  };
  auto metrics = on_threads(thread_count(evaluation.config),
                            [&] { return evaluate(*evaluation.backend, task, evaluation.set, settings); });
  if (!metrics) return std::nullopt;
  report.metrics = *std::move(metrics);
  report.activity = counter.activity();
  return report;
}

}  // namespace hetsyn
