#include "common/speech/lyon_bsa/lyon_bsa.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/speech/loudness.hpp"
#include "common/speech/lyon_bsa/bsa.hpp"

namespace hetsyn::tasks {

std::vector<StepSpike> encode(const Audio& audio, const LyonBsa& settings) {
  Audio sound = resample(audio, settings.rate_hz);
  normalise_peak(sound.samples);
  Grid rates = lyon_passive_ear(sound.samples, settings.rate_hz, settings.decimation, settings.design);
  for (float& rate : rates.values) rate = std::min(rate / static_cast<float>(settings.full_scale), 1.0F);
  const std::vector<float> response = exponential_response(settings.decay_ms, settings.rise_ms, step_ms(settings));
  return bsa(std::move(rates), response, static_cast<float>(settings.threshold));
}

std::string describe(const LyonBsa& settings) {
  return fmt::format(
      "lyon_bsa 1 rate_hz={} decimation={} ear_q={} step_factor={} full_scale={} decay_ms={} rise_ms={} threshold={}",
      settings.rate_hz, settings.decimation, settings.design.ear_q, settings.design.step_factor, settings.full_scale,
      settings.decay_ms, settings.rise_ms, settings.threshold);
}

}  // namespace hetsyn::tasks
