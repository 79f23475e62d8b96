#include "backend/host_metrics.hpp"

#include <cstddef>

#include "backend/label_logits.hpp"
#include "base/parallel.hpp"
#include "dynamics/metric.hpp"

namespace hetsyn {
namespace {

std::int32_t decide(const LossTerm& decision, const SampleReadout<float>& sample) {
  LabelScore kind = label_score(decision, sample.steps);
  kind.per_logit = 1.0;
  std::vector<float> p(sample.outputs);
  const std::vector<double> score = logits(sample, kind, [&](std::size_t) { return p.data(); });
  return decided_class(OneLane(), sample.outputs, score.data());
}

double sum_of_squared_errors(std::span<const float> y, std::span<const float> target) {
  double sum = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    sum += squared_error(static_cast<double>(y[i]), static_cast<double>(target[i]));
  }
  return sum;
}

}  // namespace

MetricValues host_metrics(const BatchMetrics& metrics, const ReadoutShape& shape, std::span<const float> readout) {
  const std::size_t size = shape.steps * shape.outputs;
  MetricValues values;
  values.classes.assign(metrics.decisions.size(), std::vector<std::int32_t>(shape.samples));
  values.squared_errors.resize(metrics.target ? shape.samples : 0);
  const auto measure = [&](std::size_t b) {
    const std::span<const float> y = readout.subspan(b * size, size);
    for (std::size_t rule = 0; rule < metrics.decisions.size(); ++rule) {
      values.classes[rule][b] = decide(metrics.decisions[rule], {y, shape.steps, shape.outputs});
    }
    if (metrics.target) values.squared_errors[b] = sum_of_squared_errors(y, metrics.target->subspan(b * size, size));
  };
  for_each_index(shape.samples, measure);
  return values;
}

}  // namespace hetsyn
