#include "training/task_metrics.hpp"

#include <algorithm>
#include <numeric>

#include "training/task_loss.hpp"

namespace hetsyn {
namespace {

bool has_kind(const TaskInfo& info, MetricKind kind) {
  return std::ranges::any_of(info.metrics, [kind](const MetricInfo& metric) { return metric.rule.kind == kind; });
}

double count_equal(std::span<const std::int32_t> classes, std::span<const std::int32_t> labels) {
  return std::inner_product(classes.begin(), classes.end(), labels.begin(), 0.0, std::plus<>(),
                            [](std::int32_t decided, std::int32_t label) { return decided == label ? 1.0 : 0.0; });
}

}  // namespace

TaskMetrics::TaskMetrics(const Task& task, const NetworkLayout& network, Communicator& ranks)
    : info_(task.info()),
      network_(network),
      ranks_(ranks),
      has_own_(has_kind(info_, MetricKind::own)),
      has_squared_errors_(has_kind(info_, MetricKind::trace_mse)),
      known_(info_.metrics.size()),
      own_(has_own_ && ranks.rank() == 0 ? task.metrics() : nullptr) {
  for (const MetricInfo& metric : info_.metrics) {
    if (metric.rule.kind == MetricKind::accuracy) decisions_.push_back(metric.rule.decision);
  }
}

void TaskMetrics::start(const std::optional<BackendPass>& pass, const Batch& batch) {
  pending_.reset();
  if (!pass) return;
  if (has_own_) pass->request_readout();
  if (decisions_.empty() && !has_squared_errors_) return;
  BatchMetrics wanted{.decisions = decisions_, .target = std::nullopt};
  if (has_squared_errors_) wanted.target = batch.target;
  pending_ = pass->metrics(wanted);
}

void TaskMetrics::add(const std::optional<BackendPass>& pass, const Batch& batch) {
  if (pending_) add_known(pending_->values(), batch);
  if (has_own_) add_own(answer_of(pass, batch, info_, network_.dt_ms));
}

void TaskMetrics::add_known(const MetricValues& values, const Batch& batch) {
  std::size_t decision = 0;
  for (std::size_t m = 0; m < known_.size(); ++m) {
    if (info_.metrics[m].rule.kind == MetricKind::accuracy) {
      known_[m].sum += count_equal(values.classes[decision++], batch.labels);
      known_[m].count += static_cast<double>(batch.labels.size());
    } else if (info_.metrics[m].rule.kind == MetricKind::trace_mse) {
      known_[m].sum += std::accumulate(values.squared_errors.begin(), values.squared_errors.end(), 0.0);
      known_[m].count += static_cast<double>(batch.target.size());
    }
  }
}

void TaskMetrics::add_own(const BatchAnswer& share) {
  if (ranks_.size() == 1) return own_->add(share);
  const std::vector<float> readout = gather<float>(ranks_, share.readout), target = gather<float>(ranks_, share.target);
  const std::vector<std::int32_t> labels = gather(ranks_, share.labels);
  if (!own_) return;
  const auto of_all = [&](std::span<const float> values, const View<const float, 3>& mine) {
    return View<const float, 3>(values, {labels.size(), mine.steps(), mine.units()});
  };
  own_->add({.dt_ms = share.dt_ms,
             .readout = of_all(readout, share.readout),
             .labels = labels,
             .target = of_all(target, share.target)});
}

std::vector<double> TaskMetrics::finish() {
  std::vector<double> sums;
  for (const Mean& mean : known_) sums.insert(sums.end(), {mean.sum, mean.count});
  ranks_.sum(sums);
  std::vector<double> values(known_.size());
  if (has_own_) values = broadcast(ranks_, own_ ? own_->finish() : std::vector<double>());
  for (std::size_t m = 0; m < std::min(values.size(), known_.size()); ++m) {
    if (info_.metrics[m].rule.kind != MetricKind::own) values[m] = sums[2 * m] / sums[2 * m + 1];
  }
  return values;
}

}  // namespace hetsyn
