#pragma once
#include <cmath>
#include <cstdint>

#include "base/hd.hpp"

/// Surrogate derivatives ∂z/∂V as functions of x = V − ϑ, and their integrals, which replace the spike in the
/// smooth-spike mode of finite-difference tests.
namespace hetsyn {

enum class SurrogateKind : std::uint8_t { triangular, multi_gaussian, atan, fast_sigmoid, sigmoid, boxcar, gaussian };

/// Parameters of all kinds; each kind uses those in its formula.
struct Surrogate {
  SurrogateKind kind = SurrogateKind::multi_gaussian;
  double gamma = 0.5;    ///< overall factor γ
  double width = 0.5;    ///< triangular: ζ (in thresholds); multi_gaussian, gaussian: σ; boxcar: half width
  double slope = 2.0;    ///< atan, sigmoid: α; fast_sigmoid: β
  double scale = 6.0;    ///< multi_gaussian: ratio of the outer to the inner σ
  double height = 0.15;  ///< multi_gaussian: h, depth of the side lobes
};

namespace surrogate_detail {
inline constexpr double kPi = 3.141592653589793;
inline constexpr double kInvSqrt2Pi = 0.3989422804014327;
inline constexpr double kInvSqrt2 = 0.7071067811865476;

HETSYN_HD float exp_of(float x) { return std::exp(x); }
HETSYN_HD double exp_of(double x) { return std::exp(x); }
HETSYN_HD float abs_of(float x) { return std::fabs(x); }
HETSYN_HD double abs_of(double x) { return std::fabs(x); }

}  // namespace surrogate_detail

/// A scaled normal density: factor · exp(exponent · (x − mean)²).
template <class Scalar>
struct Bell {
  Scalar mean, exponent, factor;

  /// weight · N(x; mean, sigma)
  static Bell of(double weight, double mean, double sigma) {
    return {static_cast<Scalar>(mean), static_cast<Scalar>(-0.5 / (sigma * sigma)),
            static_cast<Scalar>(weight * surrogate_detail::kInvSqrt2Pi / sigma)};
  }
  template <class Real>
  HETSYN_HD Real operator()(Real x) const {
    const Real u = x - mean;
    return surrogate_detail::exp_of(u * u * exponent) * factor;
  }
};

/// Constants of a surrogate, computed once.
template <class Scalar>
struct SurrogateConstants {
  SurrogateKind kind{};
  Scalar gamma{}, width{}, slope{};
  Bell<Scalar> centre{}, left{}, right{};

  SurrogateConstants() = default;
  SurrogateConstants(const Surrogate& s, double threshold)
      : kind(s.kind),
        gamma(static_cast<Scalar>(s.gamma)),
        width(static_cast<Scalar>(s.kind == SurrogateKind::triangular ? s.width * threshold : s.width)),
        slope(static_cast<Scalar>(s.slope)) {
    const double h = s.kind == SurrogateKind::multi_gaussian ? s.height : 0.0;
    centre = Bell<Scalar>::of(s.gamma * (1 + h), 0.0, s.width);
    left = Bell<Scalar>::of(-s.gamma * h, -s.width, s.scale * s.width);
    right = Bell<Scalar>::of(-s.gamma * h, s.width, s.scale * s.width);
  }
};

/// ∂z/∂V at x = V − ϑ. `Scalar` is the element type of `Real` (the same type, unless Real is a SIMD vector).
///   triangular      γ max(0, 1 − |x / (ζ ϑ)|)                                  (Bellec et al. 2018)
///   multi_gaussian  γ [(1+h) N(x;0,σ) − h N(x;σ,sσ) − h N(x;−σ,sσ)]            (Yin, Corradi & Bohté 2021)
///   atan            γ (α/2) / (1 + (π α x / 2)²)                               (Fang et al. 2021)
///   fast_sigmoid    γ / (1 + β |x|)²                                           (Zenke & Ganguli 2018, SuperSpike)
///   sigmoid         γ α s (1 − s),  s = 1 / (1 + exp(−α x))
///   boxcar          γ / (2 width) where |x| < width
///   gaussian        γ N(x; 0, σ)
template <class Scalar, class Real>
HETSYN_HD Real surrogate_derivative(const SurrogateConstants<Scalar>& s, Real x) {
  using namespace surrogate_detail;
  const Real zero{};
  switch (s.kind) {
    case SurrogateKind::triangular: {
      const Real y = 1 - abs_of(x) * (1 / s.width);
      return y > zero ? y * s.gamma : zero;
    }
    case SurrogateKind::multi_gaussian: return s.centre(x) + s.left(x) + s.right(x);
    case SurrogateKind::atan: {
      const Real y = x * (s.slope * static_cast<Scalar>(kPi / 2));
      return (s.gamma * s.slope / 2) / (y * y + 1);
    }
    case SurrogateKind::fast_sigmoid: {
      const Real y = abs_of(x) * s.slope + 1;
      return s.gamma / (y * y);
    }
    case SurrogateKind::sigmoid: {
      // With exp(−|αx|), which cannot overflow: s (1 − s) is even in x.
      const Real e = exp_of(abs_of(x) * (-s.slope));
      return (s.gamma * s.slope) * e / ((e + 1) * (e + 1));
    }
    case SurrogateKind::boxcar: return abs_of(x) < zero + s.width ? zero + s.gamma / (2 * s.width) : zero;
    case SurrogateKind::gaussian: return s.centre(x);
  }
  return zero;
}

/// The integral of surrogate_derivative from −∞ to x, which replaces the spike in smooth mode. For the host, only for
/// scalars.
template <class Real>
HETSYN_HD Real surrogate_integral(const Surrogate& s, Real x, Real threshold) {
  using namespace surrogate_detail;
  const auto gamma = static_cast<Real>(s.gamma);
  const auto width = static_cast<Real>(s.width);
  const auto slope = static_cast<Real>(s.slope);
  const auto cdf = [](Real y) { return std::erfc(-y * static_cast<Real>(kInvSqrt2)) / 2; };
  switch (s.kind) {
    case SurrogateKind::triangular: {
      const Real half = width * threshold;
      const Real y = x / half;
      if (y <= -1) return 0;
      if (y >= 1) return gamma * half;
      return gamma * half * (y < 0 ? (1 + y) * (1 + y) / 2 : 1 - (1 - y) * (1 - y) / 2);
    }
    case SurrogateKind::multi_gaussian: {
      const auto h = static_cast<Real>(s.height);
      const Real outer = static_cast<Real>(s.scale) * width;
      return gamma * ((1 + h) * cdf(x / width) - h * cdf((x - width) / outer) - h * cdf((x + width) / outer));
    }
    case SurrogateKind::atan:
      return gamma * (std::atan(x * slope * static_cast<Real>(kPi / 2)) / static_cast<Real>(kPi) + Real(0.5));
    case SurrogateKind::fast_sigmoid: {
      const Real tail = gamma / slope / (1 + slope * std::fabs(x));
      return x < 0 ? tail : 2 * gamma / slope - tail;
    }
    case SurrogateKind::sigmoid: return gamma / (1 + std::exp(-slope * x));
    case SurrogateKind::boxcar: {
      const Real y = (x + width) / (2 * width);
      return gamma * (y < 0 ? 0 : y > 1 ? 1 : y);
    }
    case SurrogateKind::gaussian: return gamma * cdf(x / width);
  }
  return 0;
}

}  // namespace hetsyn
