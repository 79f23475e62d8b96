#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "common/speech/audio/audio.hpp"
#include "common/speech/lyon_bsa/lyon.hpp"
#include "common/speech/spikes.hpp"

namespace hetsyn::tasks {

/// Lyon's ear, its firing rates encoded by BSA: the usual front end of liquid state machines for TI46 (Verstraeten,
/// Schrauwen, Stroobandt & Van Campenhout, Information Processing Letters 95:521, 2005).
struct LyonBsa {
  double rate_hz = 12'500.0;      ///< audio is resampled to this rate, which determines the number of channels
  std::uint32_t decimation = 12;  ///< samples per step: 0.96 ms
  LyonDesign design;
  double full_scale = 4e-4;              ///< rates of this or more count as 1: the target of the last gain control
  double decay_ms = 4.0, rise_ms = 1.0;  ///< of the response that BSA assigns to each spike
  double threshold = 0.955;              ///< of BSA, as published
};

inline double step_ms(const LyonBsa& settings) { return 1000.0 * settings.decimation / settings.rate_hz; }
/// Units are the channels, from the highest frequency down.
inline std::uint32_t unit_count(const LyonBsa& settings) {
  return static_cast<std::uint32_t>(lyon_channels(settings.rate_hz, settings.design));
}

/// Returns spikes sorted by step, then unit. The recording is scaled to a largest magnitude of 1. Throws sdk::TaskError
/// if the audio cannot be resampled.
std::vector<StepSpike> encode(const Audio& audio, const LyonBsa& settings);

/// All settings as one line of text, different for different settings: for keys of caches.
std::string describe(const LyonBsa& settings);

}  // namespace hetsyn::tasks
