#include "common/words/encoder.hpp"

#include "common/speech/threshold_crossing.hpp"

namespace hetsyn::tasks {
namespace {

constexpr std::uint32_t kPublishedChannels = 500;  // 496 units and four silent channels, as in the HetSyn experiments

Encoder threshold_crossing(std::uint32_t steps) {
  ThresholdCrossing settings;
  settings.steps = steps;
  return {describe(settings), kPublishedChannels, steps, settings.hop_ms,
          [settings](const Audio& audio) { return encode(audio, settings); }};
}

}  // namespace

std::vector<sdk::Key> encoder_keys() {
  using sdk::Key;
  return {Key::text("encoder", "threshold_crossing", "From audio to spikes").choices("threshold_crossing"),
          Key::integer("steps", 200, "PartSizes are cut or padded to this").between(1.0, 65535.0)};
}

Encoder make_encoder(const sdk::OpenArgs& args) { return threshold_crossing(args.count("steps")); }

}  // namespace hetsyn::tasks
