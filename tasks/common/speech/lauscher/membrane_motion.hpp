#pragma once
#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/speech/lauscher/basilar_membrane.hpp"
#include "common/speech/lauscher/lanes.hpp"

namespace hetsyn::tasks {

/// The motion of the membrane that a sound causes, computed by Fourier transform of the whole sound.
class MembraneMotion {
 public:
  /// `sound` has the rate `rate_hz`; `bank` must outlive this. The highest frequencies are left out if they have less
  /// than 1e-8 of the sound's energy (10^-4 of its amplitude).
  MembraneMotion(std::span<const float> sound, double rate_hz, const MembraneBank& bank);

  /// Velocity of kLanes places from that of `first_unit` on, at half the sound's rate, [step][lane]. Half the rate
  /// suffices as far as the sound ends below a quarter of it; what lies above is aliased, as in the published data.
  [[nodiscard]] LaneSeries velocity(std::uint32_t first_unit) const;

 private:
  const MembraneBank& bank_;
  std::size_t steps_;   ///< of the result
  std::size_t length_;  ///< of the transforms, ≥ steps_
  double bin_hz_;
  std::vector<std::complex<float>> spectrum_;  ///< bins 0, 1, … of the sound over length_
};

}  // namespace hetsyn::tasks
