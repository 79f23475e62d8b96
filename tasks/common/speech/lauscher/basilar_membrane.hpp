#pragma once
#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/speech/lauscher/lanes.hpp"

/// The basilar membrane as a transmission line in the long-wave (shallow water) approximation: Sieroka, Dosch & Rupp,
/// "Semirealistic models of the cochlea", J. Acoust. Soc. Am. 120:297 (2006), with the constants of Cramer et al., "The
/// Heidelberg spiking data sets", IEEE Trans. Neural Networks and Learning Systems 33:2744 (2022).
namespace hetsyn::tasks {

inline constexpr double kMembraneLength = 3.5;  ///< cm, from base (highest frequencies) to apex

/// Velocity of the membrane at `place` (0 … 3.5 cm from the base) per unit of sound of one frequency, as a complex
/// amplitude. `frequency_hz` > 0.
std::complex<double> membrane_velocity(double frequency_hz, double place_cm);

/// Velocities at evenly spaced places for sounds of any length.
class MembraneBank {
 public:
  /// The places of `units` units: unit 0 at the base, the last at the apex.
  explicit MembraneBank(std::uint32_t units);

  /// The number of units, rounded up to whole blocks of kLanes; the additional ones repeat the last unit.
  [[nodiscard]] std::uint32_t columns() const { return columns_; }

  /// Velocities of the kLanes units from `first_unit` on, for a sound of one frequency (1 Hz … 24 kHz) and complex
  /// amplitude. Interpolated (cubic) in a table over the logarithm of the frequency; within 2e-4 of the unit's largest
  /// velocity.
  void apply(double frequency_hz, std::uint32_t first_unit, std::complex<float> amplitude, Lanes& real,
             Lanes& imaginary) const;

 private:
  std::uint32_t columns_;
  std::vector<float> real_, imaginary_;  ///< [row of the table][unit]
};

}  // namespace hetsyn::tasks
