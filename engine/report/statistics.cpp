#include "report/statistics.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <numeric>

namespace hetsyn {

Spread spread_of(std::span<const double> values, const Range& range) {
  constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
  const auto n = static_cast<double>(values.size());
  Spread spread{values.size(), kUndefined, kUndefined, kUndefined, {}};
  if (values.empty()) return spread;
  const auto inside = [&](double value) { return value >= range.low && value <= range.high; };
  if (std::all_of(values.begin(), values.end(), inside)) spread.range = range;
  spread.mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  if (values.size() == 1) return spread;
  double squares = 0.0;
  for (const double value : values) squares += (value - spread.mean) * (value - spread.mean);
  spread.sd = std::sqrt(squares / (n - 1.0));
  const double t = boost::math::quantile(boost::math::students_t(n - 1.0), 0.975);
  spread.half_width = t * spread.sd / std::sqrt(n);
  return spread;
}

}  // namespace hetsyn
