#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/speech/audio/audio.hpp"
#include "common/speech/spikes.hpp"

namespace hetsyn::tasks {

/// An encoder with its settings.
struct SpeechEncoder {
  std::string description;  ///< all settings, as describe() gives them
  std::uint32_t units = 0;  ///< every unit is less
  double step_ms = 0.0;
  std::function<std::vector<StepSpike>(const Audio&)> encode;  ///< may be called by several threads at once
};

/// threshold_crossing, lyon_bsa, lauscher.
const std::vector<std::string>& speech_encoder_names();

/// The encoder of that name with its default settings; `seed` matters to those that are random (lauscher). Throws
/// sdk::TaskError for another name.
SpeechEncoder make_speech_encoder(const std::string& name, std::uint64_t seed);

}  // namespace hetsyn::tasks
