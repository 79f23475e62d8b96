#include "report/metric_range.hpp"

namespace hetsyn {
namespace {

bool is_fraction(std::string_view name) {
  return name == "accuracy" || name == "macro_f1" || name.ends_with("_accuracy");
}

}  // namespace

Range range_of_metric(std::string_view name) { return is_fraction(name) ? Range{0.0, 1.0} : Range{}; }

Range range_of_difference(std::string_view name) { return is_fraction(name) ? Range{-1.0, 1.0} : Range{}; }

}  // namespace hetsyn
