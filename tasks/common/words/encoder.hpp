#pragma once
#include <cstdint>
#include <functional>
#include <hetsyn/config.hpp>
#include <string>
#include <vector>

#include "common/speech/audio/audio.hpp"
#include "common/speech/spikes.hpp"

namespace hetsyn::tasks {

/// A recording as the network gets it.
struct EncodedRecording {
  std::vector<StepSpike> spikes;
  std::uint64_t cut = 0;  ///< spikes after the last step, which are left out
};

/// The encoder that a task's keys choose.
struct Encoder {
  std::string description;     ///< all its settings, for the key of the cache
  std::uint32_t channels = 0;  ///< of the network's input; every unit is less
  std::uint32_t steps = 0;     ///< every step is less
  double step_ms = 0.0;
  std::function<EncodedRecording(const Audio&)> encode;  ///< thread-safe
};

/// The schema's keys of the encoder.
std::vector<sdk::Key> encoder_keys();

/// Throws sdk::ConfigError where the duration is no usable number of steps.
Encoder make_encoder(const sdk::OpenArgs& args);

}  // namespace hetsyn::tasks
