#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "common/speech/audio/audio.hpp"
#include "common/speech/lauscher/basilar_membrane.hpp"
#include "common/speech/spikes.hpp"

/// The ear behind the Spiking Heidelberg Digits: basilar membrane, hair cells, auditory nerve and bushy cells (Cramer,
/// Stradmann, Schemmel & Zenke, "The Heidelberg spiking data sets for the systematic evaluation of spiking neural
/// networks", IEEE Trans. Neural Networks and Learning Systems 33:2744, 2022).
namespace hetsyn::tasks {

struct Lauscher {
  std::uint32_t units = 700;  ///< bushy cells along the membrane; unit 0 has the highest frequency
  double rms = 0.3;           ///< root mean square to which each recording is scaled
  std::uint64_t seed = 0;     ///< for the auditory nerve
};

/// Audio is resampled to 48 kHz; membrane and cells run at half that rate, as in the published data.
inline constexpr double kLauscherRateHz = 48'000.0;
inline constexpr double kLauscherStep = 2.0 / kLauscherRateHz;  ///< s
inline constexpr double kLauscherLongest = 60.0;                ///< s

class LauscherEar {
 public:
  /// Takes half a second, for the table of the membrane.
  explicit LauscherEar(const Lauscher& settings);

  /// Returns spikes sorted by step of 1/24000 s, then unit. The recording is scaled, and faded by a Hann window over
  /// its whole length. The random numbers depend on the seed and on the samples, so that a recording has the same
  /// spikes wherever it is encoded; silence has spontaneous spikes. May be called from several threads at once. Throws
  /// sdk::TaskError for recordings longer than 60 s and if the audio cannot be resampled.
  [[nodiscard]] std::vector<StepSpike> encode(const Audio& audio) const;

 private:
  Lauscher settings_;
  MembraneBank bank_;
};

/// All settings as one line of text, different for different settings: for keys of caches.
std::string describe(const Lauscher& settings);

}  // namespace hetsyn::tasks
