#pragma once
#include <cstddef>
#include <span>

namespace hetsyn {

/// What n values say about the mean of what they were drawn from. NaN where n is too small: all for 0, sd and
/// half_width for 1.
struct Spread {
  std::size_t n = 0;
  double mean = 0.0;
  double sd = 0.0;          ///< standard deviation of the values, with n − 1
  double half_width = 0.0;  ///< of the 95 % confidence interval of the mean, by Student's t: mean ± half_width

  [[nodiscard]] double low95() const { return mean - half_width; }
  [[nodiscard]] double high95() const { return mean + half_width; }
};

Spread spread_of(std::span<const double> values);

}  // namespace hetsyn
