#pragma once
#include <cstdint>
#include <functional>
#include <hetsyn/config.hpp>
#include <string>
#include <vector>

#include "common/speech/audio/audio.hpp"
#include "common/speech/spikes.hpp"

namespace hetsyn::tasks {

/// A recording as input of the network.
struct EncodedRecording {
  std::vector<StepSpike> spikes;
  std::uint64_t cut = 0;  ///< spikes after the last step, which are dropped
};

/// The encoder that the keys of a task select.
struct Encoder {
  std::string description;     ///< all settings, for the key of the cache
  std::uint32_t channels = 0;  ///< of the network's input; larger than every unit
  std::uint32_t steps = 0;     ///< larger than every step
  double step_ms = 0.0;
  std::function<EncodedRecording(const Audio&)> encode;  ///< may be called from several threads at once
};

/// The schema's keys of the encoder.
std::vector<sdk::Key> encoder_keys();

/// Throws sdk::ConfigError if the duration does not give a valid number of steps.
Encoder make_encoder(const sdk::OpenArgs& args);

}  // namespace hetsyn::tasks
