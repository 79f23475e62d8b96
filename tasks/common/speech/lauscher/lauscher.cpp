#include "common/speech/lauscher/lauscher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <hetsyn/error.hpp>
#include <numbers>

#include "common/speech/lauscher/auditory_nerve.hpp"
#include "common/speech/lauscher/bushy_cell.hpp"
#include "common/speech/lauscher/hair_cell.hpp"
#include "common/speech/lauscher/membrane_motion.hpp"
#include "common/speech/loudness.hpp"

namespace hetsyn::tasks {
namespace {

void apply_hann_window(std::vector<float>& samples) {
  const double last = std::max(1.0, static_cast<double>(samples.size()) - 1.0);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double phase = 2.0 * std::numbers::pi * static_cast<double>(i) / last;
    samples[i] *= static_cast<float>(0.5 - 0.5 * std::cos(phase));
  }
}

/// FNV-1a (Fowler, Noll & Vo) over the samples, which identifies a recording.
std::uint64_t hash(const std::vector<float>& samples) {
  std::uint64_t value = 0xCBF29CE484222325U;
  for (const float sample : samples) value = (value ^ std::bit_cast<std::uint32_t>(sample)) * 0x100000001B3U;
  return value;
}

}  // namespace

LauscherEar::LauscherEar(const Lauscher& settings) : settings_(settings), bank_(settings.units) {}

std::vector<StepSpike> LauscherEar::encode(const Audio& audio) const {
  const double duration_s = static_cast<double>(audio.samples.size()) / audio.rate_hz;
  if (duration_s > kLauscherLongest) {
    throw sdk::TaskError(fmt::format("the recording lasts {:.0f} s; this encoder is for words, of up to {} s",
                                     duration_s, kLauscherLongest));
  }
  const std::uint64_t recording = hash(audio.samples);
  Audio sound = resample(audio, kLauscherRateHz);
  normalise_rms(sound.samples, settings_.rms);
  apply_hann_window(sound.samples);
  const MembraneMotion motion(sound.samples, kLauscherRateHz, bank_);
  std::vector<StepSpike> spikes;
  for (std::uint32_t unit = 0; unit < settings_.units; unit += kLanes) {
    LaneSeries series = motion.velocity(unit);
    transduce(series, kLauscherStep);
    draw_fibre_spikes(series, kLauscherStep, {settings_.seed, recording, unit});
    fire_bushy_cells(series, kLauscherStep, unit, spikes);
  }
  std::erase_if(spikes,
                [&](const StepSpike& spike) { return spike.unit >= settings_.units; });  // padding of the last block
  std::ranges::sort(spikes);
  return spikes;
}

std::string describe(const Lauscher& settings) {
  return fmt::format("lauscher 1 units={} rms={} seed={}", settings.units, settings.rms, settings.seed);
}

}  // namespace hetsyn::tasks
