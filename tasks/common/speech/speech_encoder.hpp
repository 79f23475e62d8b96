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
  std::string description;  ///< all settings, as returned by describe()
  std::uint32_t units = 0;  ///< number of units
  double step_ms = 0.0;
  std::function<std::vector<StepSpike>(const Audio&)> encode;  ///< may be called from several threads at once
};

/// threshold_crossing, lyon_bsa, lauscher.
const std::vector<std::string>& speech_encoder_names();

/// The encoder with this name and its default settings; `seed` is used by encoders with random numbers (lauscher).
/// Throws sdk::TaskError for an unknown name.
SpeechEncoder make_speech_encoder(const std::string& name, std::uint64_t seed);

}  // namespace hetsyn::tasks
