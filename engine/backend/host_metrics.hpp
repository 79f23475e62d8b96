#pragma once
#include "backend/forward_pass.hpp"

namespace hetsyn {

/// Metrics computed by the host from a readout [B][T][K]; see dynamics/metric.hpp.
MetricValues host_metrics(const BatchMetrics& metrics, const View<const float, 3>& readout);

/// The scores [K] that decide the class of one sample, from its readout [T][K].
std::vector<double> decision_logits(const LossTerm& decision, const View<const float, 2>& readout);

}  // namespace hetsyn
