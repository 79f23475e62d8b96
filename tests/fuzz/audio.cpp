// A file of audio: decoded to finite samples of one channel, or refused with a message.
#include <algorithm>
#include <cmath>
#include <hetsyn/error.hpp>

#include "common/speech/audio/audio.hpp"
#include "fuzz/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hetsyn;
  try {
    const tasks::Audio audio = tasks::decode_audio(std::as_bytes(std::span(data, size)), "input");
    fuzz::require(!audio.samples.empty(), "there are samples");
    fuzz::require(std::ranges::all_of(audio.samples, [](float sample) { return std::isfinite(sample); }),
                  "samples are finite");
    fuzz::require(audio.rate_hz >= 1e3 && audio.rate_hz <= 1e6, "the rate is one of sound");
  } catch (const sdk::TaskError& e) {
    fuzz::require(std::string_view(e.what()).starts_with("input: "), "a refusal names the file");
  }
  return 0;
}
