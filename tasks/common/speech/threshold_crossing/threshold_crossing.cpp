#include "common/speech/threshold_crossing/threshold_crossing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "common/speech/loudness.hpp"
#include "common/speech/threshold_crossing/mel.hpp"

namespace hetsyn::tasks {
namespace {

// A channel below this, 30 dB below the floor, contains only the noise of resampling and of 16-bit samples.
constexpr float kSilence = 1e-3F;

std::array<float, kThresholds> relative_thresholds() {
  std::array<float, kThresholds> thresholds{0.01F};
  for (std::size_t i = 1; i < kThresholds; ++i) thresholds[i] = static_cast<float>(i) / kThresholds;
  return thresholds;
}

/// The step of the largest value of a channel, the first one if there are several.
std::size_t step_of_maximum(const Grid& energy, std::size_t channel) {
  std::size_t best = 0;
  for (std::size_t step = 1; step < energy.rows; ++step) {
    if (energy.row(step)[channel] > energy.row(best)[channel]) best = step;
  }
  return best;
}

void cross_channel(const Grid& energy, std::uint32_t channel, std::vector<StepSpike>& spikes) {
  static const std::array<float, kThresholds> thresholds = relative_thresholds();
  if (energy.rows == 0) return;
  const std::size_t peak_step = step_of_maximum(energy, channel);
  const float peak = energy.row(peak_step)[channel];
  if (peak < kSilence) return;
  const std::uint32_t first_unit = channel * kUnitsPerChannel;
  float before = 0.0F;
  for (std::uint32_t step = 0; step < energy.rows; ++step) {
    const float now = energy.row(step)[channel];
    for (std::uint32_t i = 0; i < kThresholds; ++i) {
      const float threshold = thresholds[i] * peak;
      if (before < threshold && now >= threshold) spikes.push_back({step, first_unit + i});
      if (before >= threshold && now < threshold) spikes.push_back({step, first_unit + kThresholds + i});
    }
    if (step == peak_step) spikes.push_back({step, first_unit + 2 * kThresholds});
    before = now;
  }
}

}  // namespace

Grid log_mel_energy(const Audio& audio, const ThresholdCrossing& settings) {
  Audio normalised = resample(audio, settings.rate_hz);
  normalise_peak(normalised.samples);
  const auto hop = static_cast<std::size_t>(std::lround(settings.rate_hz * settings.hop_ms / 1000.0));
  const Grid filters =
      mel_filters(settings.channels, settings.window_samples, settings.rate_hz, settings.low_hz, settings.high_hz);
  Grid energy = apply_filters(power_spectrogram(normalised.samples, settings.window_samples, hop), filters);
  normalise_peak(energy.values);
  // log(S + floor) − log(floor), exactly 0 for silence
  for (float& value : energy.values) value = std::log1p(value / static_cast<float>(settings.floor));
  return smooth_over_steps(energy, settings.smoothing_ms / settings.hop_ms);
}

std::vector<StepSpike> cross_thresholds(const Grid& energy) {
  std::vector<StepSpike> spikes;
  for (std::uint32_t channel = 0; channel < energy.columns; ++channel) cross_channel(energy, channel, spikes);
  std::ranges::sort(spikes);
  return spikes;
}

std::vector<StepSpike> encode(const Audio& audio, const ThresholdCrossing& settings) {
  std::vector<StepSpike> spikes = cross_thresholds(log_mel_energy(audio, settings));
  const auto late = std::ranges::lower_bound(spikes, settings.steps, {}, &StepSpike::step);
  spikes.erase(late, spikes.end());
  return spikes;
}

std::string describe(const ThresholdCrossing& settings) {
  return fmt::format(
      "threshold_crossing 1 rate_hz={} window_samples={} hop_ms={} channels={} low_hz={} high_hz={} floor={} "
      "smoothing_ms={} steps={}",
      settings.rate_hz, settings.window_samples, settings.hop_ms, settings.channels, settings.low_hz, settings.high_hz,
      settings.floor, settings.smoothing_ms, settings.steps);
}

}  // namespace hetsyn::tasks
