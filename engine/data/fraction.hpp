#pragma once
#include <string_view>

namespace hetsyn {

/// Whether a metric of this name is a fraction from 0 to 1.
inline bool is_fraction(std::string_view metric) {
  return metric == "accuracy" || metric == "macro_f1" || metric.ends_with("_accuracy");
}

}  // namespace hetsyn
