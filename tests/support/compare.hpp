#pragma once
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

namespace hetsyn::test {

template <class A>
double euclidean_norm(std::span<A> values) {
  double sum = 0.0;
  for (const A& value : values) sum += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(sum);
}

/// ‖a − b‖ / ‖b‖, b being the judge; where b is 0, 0 if a is too, else infinity. NaN stays NaN, which no bound admits.
template <class A, class B>
double relative_error(std::span<A> a, std::span<B> b) {
  if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
  double difference = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    difference += d * d;
  }
  if (difference == 0.0) return 0.0;
  return std::sqrt(difference) / euclidean_norm(b);
}

/// The same for whole containers.
template <class A, class B>
double relative_error_of(const A& a, const B& b) {
  return relative_error(std::span(a), std::span(b));
}

}  // namespace hetsyn::test
