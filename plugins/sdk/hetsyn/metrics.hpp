#pragma once
#include <cstddef>
#include <vector>

#include "hetsyn/batch.hpp"
#include "hetsyn/error.hpp"

namespace hetsyn::sdk {

/// Sums the task's own metrics over the batches of one evaluation.
class Metrics {
 public:
  virtual ~Metrics() = default;
  virtual void add(const Batch& batch) = 0;
  /// One value per metric of Info::metrics that the engine does not compute, in that order.
  [[nodiscard]] virtual std::vector<double> values() const = 0;
};

/// sum / count. Throws TaskError if count is 0, instead of returning NaN.
inline double mean_of(double sum, std::size_t count) {
  if (count == 0) throw TaskError("a metric is a mean over no samples");
  return sum / static_cast<double>(count);
}

}  // namespace hetsyn::sdk
