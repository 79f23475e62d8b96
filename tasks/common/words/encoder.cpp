#include "common/words/encoder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <hetsyn/error.hpp>
#include <hetsyn/info.hpp>
#include <limits>
#include <memory>
#include <mutex>
#include <utility>

#include "common/speech/lauscher/lauscher.hpp"
#include "common/speech/lyon_bsa/lyon_bsa.hpp"
#include "common/speech/threshold_crossing/threshold_crossing.hpp"

namespace hetsyn::tasks {
namespace {

constexpr std::uint32_t kPublishedChannels = 500;  // 496 units and four silent channels, as in the HetSyn experiments

std::uint32_t steps_of(const sdk::OpenArgs& args, double step_ms) {
  const double steps = std::floor(args.real("duration_ms") / step_ms + 1e-9);  // 1e-9: 2000 / 0.1 is 20000 steps
  if (steps < 1.0 || steps > sdk::kMostSteps) {
    throw sdk::ConfigError("duration_ms", "must be 1 to " + std::to_string(sdk::kMostSteps) + " steps of " +
                                              std::to_string(step_ms) + " ms");
  }
  return static_cast<std::uint32_t>(steps);
}

/// The first `steps` steps of the recording.
EncodedRecording beginning(std::vector<StepSpike> spikes, std::uint32_t steps) {
  const std::uint64_t cut = std::erase_if(spikes, [steps](const StepSpike& spike) { return spike.step >= steps; });
  return {std::move(spikes), cut};
}

Encoder threshold_crossing(const sdk::OpenArgs& args) {
  ThresholdCrossing settings;
  settings.steps = steps_of(args, settings.hop_ms);
  ThresholdCrossing whole = settings;  // of a recording, to count the spikes that are dropped
  whole.steps = std::numeric_limits<std::uint32_t>::max();
  return {describe(settings), kPublishedChannels, settings.steps, settings.hop_ms,
          [whole, steps = settings.steps](const Audio& audio) { return beginning(encode(audio, whole), steps); }};
}

Encoder lyon_bsa(const sdk::OpenArgs& args) {
  LyonBsa settings;
  settings.rate_hz = args.real("lyon_rate_hz");
  settings.decimation = args.count("lyon_decimation");
  const std::uint32_t steps = steps_of(args, step_ms(settings));
  const auto encode_and_cut = [settings, steps](const Audio& audio) {
    return beginning(encode(audio, settings), steps);
  };
  return {describe(settings) + ", " + std::to_string(steps) + " steps", unit_count(settings), steps, step_ms(settings),
          encode_and_cut};
}

/// Constructs the ear when the first recording needs it: that takes half a second, which is unnecessary with a cache.
class LazyLauscher {
 public:
  std::vector<StepSpike> encode(const Audio& audio) {
    std::call_once(made_, [this] { ear_ = std::make_unique<const LauscherEar>(Lauscher{}); });
    return ear_->encode(audio);
  }

 private:
  std::once_flag made_;
  std::unique_ptr<const LauscherEar> ear_;
};

Encoder lauscher(const sdk::OpenArgs& args) {
  const double bin_ms = args.real("lauscher_bin_ms");
  const std::uint32_t steps = steps_of(args, bin_ms);
  const auto ear = std::make_shared<LazyLauscher>();
  const auto encode_and_bin = [=](const Audio& audio) {
    std::vector<StepSpike> spikes = ear->encode(audio);
    for (StepSpike& spike : spikes) {
      spike.step = static_cast<std::uint32_t>(static_cast<double>(spike.step) * 1000.0 * kLauscherStep / bin_ms + 1e-9);
    }
    std::ranges::sort(spikes);
    // Several spikes of a unit in one bin count once.
    spikes.erase(std::unique(spikes.begin(), spikes.end()), spikes.end());
    return beginning(std::move(spikes), steps);
  };
  return {fmt::format("{}, {} bins of {} ms", describe(Lauscher{}), steps, bin_ms), Lauscher{}.units, steps, bin_ms,
          encode_and_bin};
}

}  // namespace

std::vector<sdk::Key> encoder_keys() {
  using sdk::Key;
  return {Key::text("encoder", "threshold_crossing", "From audio to spikes")
              .choices("threshold_crossing|lyon_bsa|lauscher"),
          Key::real("duration_ms", 2000.0, "Recordings are cut or padded to this").unit("ms").between(1.0, 600000.0),
          Key::real("lyon_rate_hz", 12500.0, "lyon_bsa: rate of the audio, which decides the number of channels")
              .unit("Hz")
              .between(8000.0, 48000.0),
          Key::integer("lyon_decimation", 12, "lyon_bsa: samples of a step").between(1.0, 4096.0),
          Key::real("lauscher_bin_ms", 4.0, "lauscher: width of a bin, one step").unit("ms").between(0.05, 1000.0)};
}

Encoder make_encoder(const sdk::OpenArgs& args) {
  const std::string name = args.text("encoder");
  return name == "lyon_bsa" ? lyon_bsa(args) : name == "lauscher" ? lauscher(args) : threshold_crossing(args);
}

}  // namespace hetsyn::tasks
