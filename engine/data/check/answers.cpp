#include "data/check/answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/rng.hpp"
#include "data/fraction.hpp"
#include "data/task_checks.hpp"

namespace hetsyn {
namespace {

constexpr std::size_t kBatch = 8;

bool is_own(const MetricInfo& metric) { return metric.rule.kind == MetricKind::own; }

/// Accumulates two batches, as an evaluation does, and checks the values.
void check_values(const Task& task, const BatchAnswer& batch, Findings& findings) {
  const std::unique_ptr<MetricAccumulator> metrics = task.metrics();
  for (int i = 0; i < 2; ++i) metrics->add(batch);
  std::vector<double> values = metrics->finish();
  const TaskInfo& info = task.info();
  for (std::size_t m = 0; m < std::min(values.size(), info.metrics.size()); ++m) {
    if (!is_own(info.metrics[m])) values[m] = 0.0;  // ignored, since the engine computes it
  }
  check_metrics(info, "made-up", values);
  for (std::size_t m = 0; m < values.size(); ++m) {
    if (!is_fraction(info.metrics[m].name) || (values[m] >= 0.0 && values[m] <= 1.0)) continue;
    findings.broken("metrics", fmt::format("its metric '{}' is {:g}; expected a fraction from 0 to 1, as its name says",
                                           info.metrics[m].name, values[m]));
  }
}

/// What figures cannot show; empty if there is nothing of the kind.
std::string fault_of(const PlotSeries& series) {
  const auto is_finite = [](double value) { return std::isfinite(value); };
  const std::string name = fmt::format("the series '{}' of the plot '{}'", series.series, series.plot);
  if (series.x.empty()) return name + " has no values";
  if (!std::ranges::all_of(series.x, is_finite)) return name + " has values of x that are not finite";
  const bool named =
      !series.plot.empty() && !series.series.empty() && !series.x_label.empty() && !series.y_label.empty();
  return named ? "" : name + " lacks a name or the label of an axis";
}

}  // namespace

BatchAnswer MadeUpBatch::answer(std::span<const float> other) const {
  const std::size_t samples = labels.size(), steps = info->steps;
  return {.dt_ms = info->dt_ms,
          .readout = {other, {samples, steps, info->outputs}},
          .labels = labels,
          .target = {target, {samples, steps, info->targets}}};
}

MadeUpBatch MadeUpBatch::only(std::size_t sample) const {
  const auto part = [&](const std::vector<float>& values) {
    const auto size = static_cast<std::ptrdiff_t>(values.size() / labels.size());
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(sample) * size;
    return std::vector<float>(begin, begin + size);
  };
  return {info, {labels[sample]}, part(target), part(readout)};
}

MadeUpBatch made_up_batch(const Task& task, const SplitSamples& samples, std::uint64_t seed) {
  const TaskInfo& info = task.info();
  MadeUpBatch batch{&info, {}, {}, {}};
  for (std::size_t b = 0; b < std::min(kBatch, samples.indices().size()); ++b) {
    const Sample sample =
        task.fill({.split = samples.split(), .index = samples.indices()[b], .seed = seed, .steps = info.steps});
    batch.labels.push_back(sample.label);
    batch.target.insert(batch.target.end(), sample.target.begin(), sample.target.end());
  }
  RandomStream random(seed, RandomPurpose::test);
  batch.readout.resize(batch.labels.size() * info.steps * info.outputs);
  for (float& value : batch.readout) {
    const double drawn = random.uniform(-1.0, 1.0);
    value = info.spiking_readout ? (drawn > 0.8 ? 1.0F : 0.0F) : static_cast<float>(drawn);
  }
  return batch;
}

void check_own_metrics(const Task& task, const MadeUpBatch& batch, Findings& findings) {
  if (std::ranges::none_of(task.info().metrics, is_own)) {
    findings.add("metrics", Verdict::not_applicable, "the engine computes all metrics");
    return;
  }
  findings.run("metrics", "finite for random readouts and for readouts of zeros", [&] {
    check_values(task, batch.answer(), findings);
    const std::vector<float> zeros(batch.readout.size(), 0.0F);
    check_values(task, batch.answer(zeros), findings);
  });
}

void check_plots(const Task& task, const MadeUpBatch& batch, Findings& findings) {
  std::vector<PlotSeries> series;
  const auto call = [&] {
    static_cast<void>(task.plots(batch.only(0).answer()));
    series = task.plots(batch.answer());
  };
  if (!findings.attempt("plots", call)) return;
  if (series.empty()) return findings.add("plots", Verdict::not_applicable, "the task has no plots of its own");
  std::set<std::string> plots;
  for (const PlotSeries& each : series) {
    plots.insert(each.plot);
    if (const std::string fault = fault_of(each); !fault.empty()) return findings.warning("plots", fault);
  }
  findings.add("plots", Verdict::passed,
               fmt::format("{} series in {} {}", series.size(), plots.size(), plots.size() == 1 ? "plot" : "plots"));
}

}  // namespace hetsyn
