#include "training/evaluate.hpp"

#include <fmt/format.h>

#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <numeric>

#include "data/task_checks.hpp"
#include "training/prepare.hpp"
#include "training/stage_range.hpp"
#include "training/task_loss.hpp"
#include "training/task_metrics.hpp"

namespace hetsyn {
namespace {

bool stopped(const EvaluationSettings& settings) {
  return settings.ranks->any(settings.stop != nullptr && settings.stop->load());
}

}  // namespace

LoadRequest evaluation_load(const Backend& backend, const Task& task, const SampleSet& set,
                            const EvaluationSettings& settings) {
  if (!settings.perturbation.none() && task.info().input_kind == InputKind::analog) {
    throw ConfigError(
        fmt::format("perturb: task {} has analog input, which has no spikes to delete, add or move", task.info().name),
        "perturb");
  }
  LoadRequest request;
  request.prepare = prepare_with(backend);
  request.split = set.split;
  request.samples = set.indices;
  request.batch = settings.batch;
  request.share = settings.ranks->share();
  request.seed = sample_seed(settings.seed, set.role, 0);
  request.time_scale = settings.time_scale;
  request.perturbation = settings.perturbation;
  return request;
}

std::vector<NamedMetric> name_metrics(const Task& task, const NetworkLayout& network, std::span<const double> metrics,
                                      double loss, std::span<const double> rates_hz) {
  std::vector<NamedMetric> named;
  for (std::size_t m = 0; m < metrics.size(); ++m) named.push_back({task.info().metrics[m].name, metrics[m]});
  named.push_back({"loss", loss});
  double spikes = 0.0, neurons = 0.0;
  for (std::size_t p = 0; p < rates_hz.size(); ++p) {
    const auto size = static_cast<double>(network.populations[p].size);
    spikes += rates_hz[p] * size;
    neurons += size;
  }
  named.push_back({"firing_rate_hz", spikes / neurons});
  for (std::size_t p = 0; p < rates_hz.size(); ++p) {
    named.push_back({"firing_rate_hz_" + network.populations[p].name, rates_hz[p]});
  }
  return named;
}

std::optional<SplitMetrics> evaluate(Backend& backend, const Task& task, const SampleSet& set,
                                     const EvaluationSettings& settings) {
  const StageRange stage("evaluation");
  TaskLoss loss(task, backend.network(), *settings.ranks);
  BatchLoader loader(task, settings.cache, evaluation_load(backend, task, set, settings));
  TaskMetrics metrics(task, backend.network(), *settings.ranks);
  const double total = static_cast<double>(set.indices.size());
  // Means over the samples: the loss, then the firing rates.
  std::vector<double> means(backend.network().populations.size(), 0.0);
  std::size_t done = 0;
  while (const auto batch = loader.next()) {
    if (stopped(settings)) return std::nullopt;
    const std::size_t samples = batch->input.size();
    const double fraction = static_cast<double>(samples) / total;
    std::optional<BackendPass> pass;
    if (samples > 0) pass = backend.forward(batch->input);
    metrics.start(pass, *batch);
    const BatchLoss batch_loss = loss.evaluate(pass, *batch, fraction);
    if (pass) {
      const auto rates_hz = firing_rates_hz(*pass);
      for (std::size_t p = 0; p < rates_hz.size(); ++p) means[p + 1] += fraction * rates_hz[p];
    }
    means[0] += batch_loss.value();
    metrics.add(pass, *batch);
    if (pass && settings.on_forward) settings.on_forward(*pass, *batch);
    done += batch->whole();
    if (settings.on_batch) settings.on_batch(done, set.indices.size());
  }
  settings.ranks->sum(means);
  const std::vector<double> values = metrics.finish();
  if (!std::isfinite(means[0])) {
    throw RunError(fmt::format("the loss is {} on the {} samples: the network has diverged", means[0], set.name));
  }
  check_metrics(task.info(), set.name, values);
  const std::span<const double> rates_hz = std::span(means).subspan(1);
  return SplitMetrics{set.name, name_metrics(task, backend.network(), values, means[0], rates_hz)};
}

}  // namespace hetsyn
