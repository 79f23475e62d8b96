#pragma once
#include <string_view>

#include "report/statistics.hpp"

namespace hetsyn {

/// Where the values of a metric lie: those that are called accuracy or macro_f1, or something ending in _accuracy, are
/// fractions from 0 to 1; of others nothing is known.
Range range_of_metric(std::string_view name);
/// Where the difference of two of its values lies.
Range range_of_difference(std::string_view name);

}  // namespace hetsyn
