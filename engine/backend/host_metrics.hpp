#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "backend/forward_pass.hpp"

namespace hetsyn {

/// Metrics computed by the host from a readout [B][T][K]; see dynamics/metric.hpp. Throws DataError where no step is
/// left to decide on.
MetricValues host_metrics(const BatchMetrics& metrics, const ReadoutShape& shape, std::span<const float> readout);

}  // namespace hetsyn
