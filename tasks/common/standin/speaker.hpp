#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

#include "common/speech/audio/audio.hpp"

/// Made-up speakers, and what they say.
namespace hetsyn::tasks {

/// Somebody with a voice of their own, which every recording varies a little.
struct Speaker {
  std::uint64_t number = 0;  ///< tells the speakers of a corpus apart
  bool female = false;
  std::string variant;       ///< of espeak-ng's voices: "f3"
  double tract = 1.0;        ///< length of the vocal tract, relative to the variant's; divides all frequencies
  double speed_wpm = 175.0;  ///< words per minute
  double pitch = 50.0;       ///< 0 … 99
};

/// Speaker `number` of the corpus that `seed` stands for; always the same one.
Speaker draw_speaker(std::uint64_t seed, std::uint64_t number, bool female);

/// Something that is said once.
struct Utterance {
  Speaker speaker;
  std::string language;      ///< of espeak-ng: "en-us"
  std::string text;          ///< UTF-8
  std::uint64_t number = 0;  ///< tells the utterances of a corpus apart
};

/// Records an utterance at `rate_hz`: speech with the speaker's speed and pitch, a little silence around it, and white
/// noise 20 to 40 dB below it throughout; the peak lies between −12 and −3 dB of full scale. `scratch` is a file that
/// may be written and is gone afterwards. Equal arguments give equal recordings. Throws what say_with_espeak() throws.
Audio record(const Utterance& utterance, double rate_hz, const std::filesystem::path& scratch);

}  // namespace hetsyn::tasks
