#pragma once
#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>

namespace hetsyn {

/// The bounds of a quantity by its definition.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

/// Mean and spread of n values. NaN if n is too small: all for n = 0, sd and half_width for n = 1.
struct Spread {
  std::size_t n = 0;
  double mean = 0.0;
  double sd = 0.0;          ///< standard deviation of the values, with n − 1
  double half_width = 0.0;  ///< of the 95 % confidence interval of the mean, by Student's t: mean ± half_width …
  Range range;              ///< … cut off where no mean can lie, by which the interval loses nothing

  [[nodiscard]] double low95() const { return std::max(mean - half_width, range.low); }
  [[nodiscard]] double high95() const { return std::min(mean + half_width, range.high); }
};

/// `range` is left out of account where a value lies outside, as an accuracy in percent would.
Spread spread_of(std::span<const double> values, const Range& range = {});

}  // namespace hetsyn
