#include "common/speech/lauscher/basilar_membrane.hpp"

#include <algorithm>
#include <array>
#include <boost/math/special_functions/bessel.hpp>
#include <cmath>
#include <numbers>

#include "common/speech/lauscher/hankel.hpp"

namespace hetsyn::tasks {
namespace {

using Complex = std::complex<double>;
constexpr Complex kI{0.0, 1.0};

// Stiffness S(c) = kStiffness e^{−αc} − kStiffnessOffset, damping R(c) = kDamping e^{−αc/2} and mass of the membrane,
// per area, in units of gram, centimetre and second.
constexpr double kStiffness = 1e9;
constexpr double kStiffnessOffset = 3'500.0;
constexpr double kAlpha = 3.0;  // 1/cm
constexpr double kMass = 0.05;
const double kDamping = 0.15 * std::sqrt(kStiffness * kMass);
constexpr double kDensity = 1.0;  // of the fluid
constexpr double kHeight = 0.1;   // of the canal

/// A frequency, with the quantities that do not depend on the place.
class Wave {
 public:
  explicit Wave(double frequency_hz)
      : omega_(2.0 * std::numbers::pi * frequency_hz),
        inertia_(std::sqrt(kStiffnessOffset + kMass * omega_ * omega_)),
        phase_at_base_(2.0 / kAlpha * wave_number(0.0)),
        logarithm_at_base_(std::log(argument(1.0))),
        gain_(2.0 * omega_ * stapes() / pressure(0.0)) {}

  [[nodiscard]] Complex velocity(double place) const { return gain_ * pressure(place) / impedance(place); }

 private:
  /// ξ(c) = S(c) − mω² − iωR(c)
  [[nodiscard]] Complex impedance(double place) const {
    const double u = std::exp(-0.5 * kAlpha * place);
    return {kStiffness * u * u - inertia_ * inertia_, -omega_ * kDamping * u};
  }
  /// g(c) = ω √(ρ / (hξ))
  [[nodiscard]] Complex wave_number(double place) const {
    return omega_ * std::sqrt(kDensity / (kHeight * impedance(place)));
  }
  /// Pressure up to a factor that depends on the frequency only: √(Φ/g) H₀⁽¹⁾(Φ).
  [[nodiscard]] Complex pressure(double place) const {
    const Complex phi = phase(place);
    return std::sqrt(phi / wave_number(place)) * hankel_h0(phi);
  }
  /// Φ(c) = 2g(0)/α + ∫₀ᶜ g dc'. With u = e^{−αc/2} the integrand is 1 / (u √X(u)) up to a factor, with a quadratic X,
  /// which is elementary (Gradshteyn & Ryzhik 2.266).
  [[nodiscard]] Complex phase(double place) const {
    const double u = std::exp(-0.5 * kAlpha * place);
    const Complex factor = -2.0 * kI * omega_ * std::sqrt(kDensity / kHeight) / (kAlpha * inertia_);
    return phase_at_base_ + factor * (logarithm_at_base_ - (std::log(argument(u)) - std::log(u)));
  }
  /// −2A + Bu − 2i √A √X, with X = C₀u² + Bu − A, A = a + mω², B = −iωR₀: in the third quadrant throughout, so that the
  /// logarithm is continuous.
  [[nodiscard]] Complex argument(double u) const {
    const Complex linear{0.0, -omega_ * kDamping * u};
    const double a = inertia_ * inertia_;
    return -2.0 * a + linear - 2.0 * kI * inertia_ * std::sqrt(kStiffness * u * u + linear - a);
  }
  /// Impedance at the stapes, which turns sound into pressure at the base.
  [[nodiscard]] Complex stapes() const {
    using boost::math::cyl_bessel_j, boost::math::cyl_neumann;
    const double x = 2.0 * omega_ / kAlpha * std::sqrt(2.0 / (kHeight * kStiffness));
    return std::sqrt(2.0 * kStiffness / kHeight) * (kI * cyl_bessel_j(0, x) + cyl_neumann(0, x)) /
           (cyl_bessel_j(1, x) - kI * cyl_neumann(1, x));
  }

  double omega_;
  double inertia_;  ///< √(a + mω²)
  Complex phase_at_base_, logarithm_at_base_, gain_;
};

// The table: 128 rows per factor e of frequency, from one row below 1 Hz to two above 24 kHz.
constexpr double kRowsPerUnit = 128.0;
constexpr double kTopHz = 24'000.0;
const auto kRows = static_cast<std::size_t>(std::log(kTopHz) * kRowsPerUnit) + 4;

double frequency_of_row(std::size_t row) { return std::exp((static_cast<double>(row) - 1.0) / kRowsPerUnit); }

/// Weights of Lagrange's cubic through the points −1, 0, 1 and 2, at 0 ≤ x < 1.
std::array<float, 4> cubic_weights(double x) {
  return {static_cast<float>(-x * (x - 1.0) * (x - 2.0) / 6.0),
          static_cast<float>((x + 1.0) * (x - 1.0) * (x - 2.0) / 2.0),
          static_cast<float>(-(x + 1.0) * x * (x - 2.0) / 2.0), static_cast<float>((x + 1.0) * x * (x - 1.0) / 6.0)};
}

}  // namespace

std::complex<double> membrane_velocity(double frequency_hz, double place_cm) {
  return Wave(frequency_hz).velocity(place_cm);
}

MembraneBank::MembraneBank(std::uint32_t units)
    : columns_(static_cast<std::uint32_t>((units + kLanes - 1) / kLanes * kLanes)),
      real_(kRows * columns_),
      imaginary_(kRows * columns_) {
  for (std::size_t row = 0; row < kRows; ++row) {
    const Wave wave(frequency_of_row(row));
    for (std::uint32_t unit = 0; unit < columns_; ++unit) {
      const double share = units > 1 ? static_cast<double>(std::min(unit, units - 1)) / (units - 1) : 0.0;
      const Complex velocity = wave.velocity(kMembraneLength * share);
      real_[row * columns_ + unit] = static_cast<float>(velocity.real());
      imaginary_[row * columns_ + unit] = static_cast<float>(velocity.imag());
    }
  }
}

HETSYN_VECTOR_CLONES
void MembraneBank::apply(double frequency_hz, std::uint32_t first_unit, std::complex<float> amplitude, Lanes& real,
                         Lanes& imaginary) const {
  const double position = std::log(frequency_hz) * kRowsPerUnit;
  const auto row = static_cast<std::size_t>(position);  // of the point −1
  const std::array<float, 4> w = cubic_weights(position - static_cast<double>(row));
  const std::size_t start = row * columns_ + first_unit;
  const float *re0 = &real_[start], *re1 = re0 + columns_, *re2 = re1 + columns_, *re3 = re2 + columns_;
  const float *im0 = &imaginary_[start], *im1 = im0 + columns_, *im2 = im1 + columns_, *im3 = im2 + columns_;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const float re = w[0] * re0[lane] + w[1] * re1[lane] + w[2] * re2[lane] + w[3] * re3[lane];
    const float im = w[0] * im0[lane] + w[1] * im1[lane] + w[2] * im2[lane] + w[3] * im3[lane];
    real[lane] = re * amplitude.real() - im * amplitude.imag();
    imaginary[lane] = re * amplitude.imag() + im * amplitude.real();
  }
}

}  // namespace hetsyn::tasks
