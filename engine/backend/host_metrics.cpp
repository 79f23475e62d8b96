#include "backend/host_metrics.hpp"

#include <cstddef>

#include "backend/label_logits.hpp"
#include "base/parallel.hpp"
#include "dynamics/metric.hpp"

namespace hetsyn {
namespace {

/// `y` is [T][K].
std::int32_t decide(const LossTerm& decision, const View<const float, 2>& y) {
  return decided_class(OneLane(), y.columns(), decision_logits(decision, y).data());
}

double sum_of_squared_errors(std::span<const float> y, std::span<const float> target) {
  double sum = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    sum += squared_error(static_cast<double>(y[i]), static_cast<double>(target[i]));
  }
  return sum;
}

}  // namespace

std::vector<double> decision_logits(const LossTerm& decision, const View<const float, 2>& readout) {
  LabelScore kind = label_score(decision, readout.rows());
  kind.per_logit = 1.0;
  std::vector<float> p(readout.columns());
  return logits(readout, kind, [&](std::size_t) { return p.data(); });
}

MetricValues host_metrics(const BatchMetrics& metrics, const View<const float, 3>& readout) {
  const std::size_t samples = readout.samples();
  View<const float, 3> target;
  if (metrics.target) target = {*metrics.target, readout.extents()};
  MetricValues values;
  values.classes.assign(metrics.decisions.size(), std::vector<std::int32_t>(samples));
  values.squared_errors.resize(target.samples());
  const auto measure = [&](std::size_t b) {
    const View<const float, 2> y = readout.slice(b);
    for (std::size_t rule = 0; rule < metrics.decisions.size(); ++rule) {
      values.classes[rule][b] = decide(metrics.decisions[rule], y);
    }
    if (metrics.target) values.squared_errors[b] = sum_of_squared_errors(y, target.slice(b));
  };
  for_each_index(samples, measure);
  return values;
}

}  // namespace hetsyn
