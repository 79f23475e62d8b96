#include "experiment/evaluation.hpp"

#include <fmt/format.h>

#include "experiment/parameter_perturbation.hpp"
#include "experiment/run.hpp"
#include "training/checkpoint.hpp"
#include "training/decision.hpp"
#include "training/task_loss.hpp"

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

EvaluationSettings evaluation_settings(const RunConfig& config, const std::atomic<bool>& stop) {
  EvaluationSettings settings;
  settings.batch = config.train.evaluation_batch != 0 ? config.train.evaluation_batch : config.train.batch;
  settings.dt_ms = config.model.dt_ms;
  settings.seed = config.train.seed;
  settings.perturbation = config.perturb.spikes;
  settings.stop = &stop;
  if (config.perturb.warp_log2 != 0.0) {
    settings.time_scale = warp_factor(config.perturb.warp_log2, config.perturb.spikes.seed, 0);
  }
  return settings;
}

/// The trained network of a run, with the parameters that config.perturb leaves it.
std::unique_ptr<Backend> trained_backend(const RunConfig& config, const std::string& checkpoint) {
  auto backend = build_backend(config);
  Checkpoint trained = read_checkpoint(checkpoint, backend->layout());
  perturb_parameters(trained.parameters, backend->layout(), config);
  backend->write(Block::parameters, trained.parameters);
  return backend;
}

}  // namespace

std::optional<EvaluationReport> evaluate_run(const Task& task, const RunConfig& config, const std::string& checkpoint,
                                             const std::string& split, const std::atomic<bool>& stop) {
  const SampleSets sets = divide_samples(task, config.train);
  const SampleSet& set = set_named(sets, split);
  const auto backend = trained_backend(config, checkpoint);
  const LossTerm* const term = classification_term(task.info());
  EvaluationReport report;
  report.samples = set.indices.size();
  report.checkpoint = checkpoint;
  if (term != nullptr) report.confusion.emplace(task.info().outputs);

  ActivityCounter counter(backend->network());
  EvaluationSettings settings = evaluation_settings(config, stop);
  settings.on_forward = [&](const Backend& done, const Batch& batch) {
    counter.add(done, batch.input);
    if (term == nullptr) return;
    const BatchAnswer answer = answer_of(done, batch, task.info(), settings.dt_ms);
    report.confusion->add(answer.labels, decided_classes(*term, answer));
  };
  auto metrics = evaluate(*backend, task, set, settings);
  if (!metrics) return std::nullopt;
  report.metrics = *std::move(metrics);
  report.activity = counter.activity(settings.dt_ms);
  return report;
}

}  // namespace hetsyn
