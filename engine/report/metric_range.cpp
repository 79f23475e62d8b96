#include "report/metric_range.hpp"

#include "data/fraction.hpp"

namespace hetsyn {

Range range_of_metric(std::string_view name) { return is_fraction(name) ? Range{0.0, 1.0} : Range{}; }

Range range_of_difference(std::string_view name) { return is_fraction(name) ? Range{-1.0, 1.0} : Range{}; }

}  // namespace hetsyn
