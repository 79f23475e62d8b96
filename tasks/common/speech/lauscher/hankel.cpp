#include "common/speech/lauscher/hankel.hpp"

#include <cmath>
#include <numbers>

namespace hetsyn::tasks {
namespace {

using Complex = std::complex<double>;
constexpr Complex kI{0.0, 1.0};

Complex ascending_series(Complex z) {
  const Complex x = -0.25 * z * z;
  Complex term = 1.0, j0 = 1.0, tail = 0.0;
  double harmonic = 0.0;
  for (int k = 1; std::norm(term) > 1e-36 * std::norm(j0) || k < 3; ++k) {
    term *= x / static_cast<double>(k * k);
    harmonic += 1.0 / k;
    j0 += term;
    tail += harmonic * term;
  }
  const Complex y0 = 2.0 / std::numbers::pi * ((std::log(0.5 * z) + std::numbers::egamma) * j0 - tail);
  return j0 + kI * y0;
}

Complex asymptotic_series(Complex z) {
  Complex term = 1.0, sum = 1.0;
  // Terms fall until k ≈ 2|z|, which is 18 or more here.
  for (int k = 1; k <= 17 && std::norm(term) > 1e-20; ++k) {
    const double odd = 2.0 * k - 1.0;
    term *= -kI * odd * odd / (8.0 * k * z);
    sum += term;
  }
  return std::sqrt(2.0 / (std::numbers::pi * z)) * std::exp(kI * (z - 0.25 * std::numbers::pi)) * sum;
}

}  // namespace

std::complex<double> hankel_h0(std::complex<double> z) {
  return std::norm(z) < 81.0 ? ascending_series(z) : asymptotic_series(z);
}

}  // namespace hetsyn::tasks
