#pragma once
#include <string_view>

#include "report/statistics.hpp"

namespace hetsyn {

/// The range of a metric: accuracy, macro_f1 and names that end in _accuracy are fractions from 0 to 1; others are
/// unbounded.
Range range_of_metric(std::string_view name);
/// The range of the difference between two values of a metric.
Range range_of_difference(std::string_view name);

}  // namespace hetsyn
