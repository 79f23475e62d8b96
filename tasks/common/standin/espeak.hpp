#pragma once
#include <filesystem>
#include <string>

#include "common/speech/audio/audio.hpp"

namespace hetsyn::tasks {

/// The settings of the speech synthesiser espeak-ng.
struct EspeakVoice {
  std::string name;     ///< language and variant: "en-us+f3"
  int speed_wpm = 175;  ///< words per minute
  int pitch = 50;       ///< 0 … 99, of the range of the voice
};

/// If espeak-ng is missing, a sentence with the command that installs it; otherwise empty.
std::string missing_espeak();

/// Synthesises `text` (UTF-8) with the program espeak-ng, in a separate process that writes a WAV file to `scratch`,
/// which is then removed. Blocks until it ends. The same text and voice give the same samples with the same version of
/// espeak-ng. Throws sdk::TaskError if the program fails or is not installed (the message has the command that installs
/// it).
Audio say_with_espeak(const std::string& text, const EspeakVoice& voice, const std::filesystem::path& scratch);

}  // namespace hetsyn::tasks
