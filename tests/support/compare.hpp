#pragma once
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

/// Measures of arrays; any container or span will do.
namespace hetsyn::test {

template <class A>
double euclidean_norm(const A& values) {
  double sum = 0.0;
  for (const auto& value : values) sum += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(sum);
}

/// ‖a − b‖ / ‖b‖, where b is the expected array; if b is 0, then 0 if a is too, else infinity. NaN stays NaN, which no
/// bound admits.
template <class A, class B>
double relative_error(const A& a, const B& b) {
  if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
  double difference = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    difference += d * d;
  }
  if (difference == 0.0) return 0.0;
  return std::sqrt(difference) / euclidean_norm(b);
}

/// Whether two arrays are equal bit by bit, so that −0 differs from 0.
inline bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  const auto bits = [](float value) { return std::bit_cast<std::uint32_t>(value); };
  return std::ranges::equal(a, b, {}, bits, bits);
}

}  // namespace hetsyn::test
