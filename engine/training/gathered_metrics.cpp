#include "training/gathered_metrics.hpp"

namespace hetsyn {

GatheredMetrics::GatheredMetrics(const Task& task, Communicator& ranks)
    : ranks_(ranks), metrics_(ranks.rank() == 0 ? task.metrics() : nullptr) {}

BatchAnswer GatheredMetrics::add(const BatchAnswer& share) {
  BatchAnswer whole = share;
  if (ranks_.size() > 1) {
    readout_ = gather(ranks_, share.readout);
    labels_ = gather(ranks_, share.labels);
    target_ = gather(ranks_, share.target);
    whole.samples = labels_.size();
    whole.readout = readout_;
    whole.labels = labels_;
    whole.target = target_;
  }
  if (metrics_) metrics_->add(whole);
  return whole;
}

std::vector<double> GatheredMetrics::finish() {
  return broadcast(ranks_, metrics_ ? metrics_->finish() : std::vector<double>());
}

}  // namespace hetsyn
