#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "common/speech/audio/audio.hpp"
#include "common/speech/grid.hpp"
#include "common/speech/spikes.hpp"

/// Speech as the moments at which the energy of a frequency band rises or falls through thresholds: Gütig &
/// Sompolinsky, "Time-warp-invariant neuronal processing", PLoS Biology 7:e1000141 (2009), "Speech preprocessing".
namespace hetsyn::tasks {

struct ThresholdCrossing {
  double rate_hz = 16'000.0;           ///< audio is resampled to this rate
  std::uint32_t window_samples = 512;  ///< of the short-time spectrum
  double hop_ms = 10.0;                ///< one step
  std::uint32_t channels = 16;         ///< Mel filters
  double low_hz = 360.0, high_hz = 8'000.0;
  double floor = 1e-5;         ///< power, relative to the maximum, below which a channel counts as silent
  double smoothing_ms = 10.0;  ///< standard deviation of the Gaussian over time
  std::uint32_t steps = 200;   ///< later spikes are dropped
};

/// Thresholds per channel, relative to its maximum: 0.01, 1/15, 2/15 … 14/15.
inline constexpr std::uint32_t kThresholds = 15;
/// Units per channel: an onset and an offset unit for each threshold, and one at the maximum.
inline constexpr std::uint32_t kUnitsPerChannel = 2 * kThresholds + 1;

/// Number of units: 496 with the default 16 channels. Unit 31·channel + i is the onset unit of threshold i, + 15 + i
/// its offset unit, + 30 that of the maximum; channels ascend in frequency.
constexpr std::uint32_t unit_count(const ThresholdCrossing& settings) { return kUnitsPerChannel * settings.channels; }

/// Returns spikes sorted by step, then unit, at most one per step and unit; none for silence. Throws sdk::TaskError if
/// the audio cannot be resampled.
std::vector<StepSpike> encode(const Audio& audio, const ThresholdCrossing& settings);

/// The logarithm of the power in each Mel channel, smoothed over time, ≥ 0, [step][channel], which cross_thresholds()
/// uses.
Grid log_mel_energy(const Audio& audio, const ThresholdCrossing& settings);

/// The spikes of `energy` [step][channel], which counts as 0 before its first step. An onset unit spikes at the first
/// step at or above its threshold, an offset unit at the first one below it again, the last unit at the (first)
/// maximum. A channel that never reaches 0.001, which is 30 dB below the floor, is silent. The published recipe has no
/// such limit, but in audio of a low rate such a channel would spike because of the noise of resampling.
std::vector<StepSpike> cross_thresholds(const Grid& energy);

/// All settings as one line of text, different for different settings: for keys of caches.
std::string describe(const ThresholdCrossing& settings);

}  // namespace hetsyn::tasks
