#pragma once
#include <filesystem>
#include <string>

#include "common/speech/audio/audio.hpp"

namespace hetsyn::tasks {

/// How the speech synthesiser espeak-ng says something.
struct EspeakVoice {
  std::string name;     ///< language and variant: "en-us+f3"
  int speed_wpm = 175;  ///< words per minute
  int pitch = 50;       ///< 0 … 99, of the range of the voice
};

/// A sentence with the command that installs espeak-ng, where it is missing; empty where it is there.
std::string missing_espeak();

/// Says `text` (UTF-8) by the program espeak-ng, a process of its own, which writes its WAV to `scratch`; the file is
/// gone afterwards. The same text and voice give the same samples, as far as the version of espeak-ng is the same.
/// Throws sdk::TaskError: the program is not installed (the message has the command that does it), or it fails.
Audio say_with_espeak(const std::string& text, const EspeakVoice& voice, const std::filesystem::path& scratch);

}  // namespace hetsyn::tasks
