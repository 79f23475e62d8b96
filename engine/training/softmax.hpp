#pragma once
#include <algorithm>
#include <cmath>
#include <span>

namespace hetsyn {

/// p = softmax(y); returns log Σ exp(y), computed relative to the largest y so that nothing overflows.
template <class Real>
Real softmax(std::span<const Real> y, std::span<Real> p) {
  const Real largest = *std::max_element(y.begin(), y.end());
  Real sum = 0;
  for (std::size_t k = 0; k < y.size(); ++k) {
    p[k] = std::exp(y[k] - largest);
    sum += p[k];
  }
  for (Real& value : p) value /= sum;
  return largest + std::log(sum);
}

}  // namespace hetsyn
