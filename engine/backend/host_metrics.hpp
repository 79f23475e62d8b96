#pragma once
#include "backend/forward_pass.hpp"

namespace hetsyn {

/// Metrics computed by the host from a readout [B][T][K]; see dynamics/metric.hpp.
MetricValues host_metrics(const BatchMetrics& metrics, const View<const float, 3>& readout);

}  // namespace hetsyn
