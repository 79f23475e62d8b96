#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

#include "common/speech/audio/audio.hpp"

/// Synthetic speakers, and what they say.
namespace hetsyn::tasks {

/// A speaker; every recording varies the voice a little.
struct Speaker {
  std::uint64_t number = 0;  ///< unique within a corpus
  bool female = false;
  std::string variant;       ///< a variant of espeak-ng's voices: "f3"
  double tract = 1.0;        ///< length of the vocal tract, relative to that of the variant; divides all frequencies
  double speed_wpm = 175.0;  ///< words per minute
  double pitch = 50.0;       ///< 0 … 99
};

/// Speaker `number` of the corpus with this seed; a pure function of the arguments.
Speaker draw_speaker(std::uint64_t seed, std::uint64_t number, bool female);

/// A text that a speaker says once.
struct Utterance {
  Speaker speaker;
  std::string language;      ///< language of espeak-ng: "en-us"
  std::string text;          ///< UTF-8
  std::uint64_t number = 0;  ///< unique within a corpus
};

/// Records an utterance at `rate_hz`: speech with the speaker's speed and pitch, a little silence before and after it,
/// and white noise 20 to 40 dB below it; the peak is between −12 and −3 dB of full scale. `scratch` is a temporary
/// file, which is removed afterwards. Equal arguments give equal recordings. Throws the exceptions of
/// say_with_espeak().
Audio record(const Utterance& utterance, double rate_hz, const std::filesystem::path& scratch);

}  // namespace hetsyn::tasks
