#include "common/speech/speech_encoder.hpp"

#include <algorithm>
#include <array>
#include <hetsyn/error.hpp>
#include <memory>

#include "common/speech/lauscher/lauscher.hpp"
#include "common/speech/lyon_bsa/lyon_bsa.hpp"
#include "common/speech/threshold_crossing/threshold_crossing.hpp"

namespace hetsyn::tasks {
namespace {

SpeechEncoder threshold_crossing(std::uint64_t /*seed*/) {
  const ThresholdCrossing settings;
  return {describe(settings), unit_count(settings), settings.hop_ms,
          [settings](const Audio& audio) { return encode(audio, settings); }};
}

SpeechEncoder lyon_bsa(std::uint64_t /*seed*/) {
  const LyonBsa settings;
  return {describe(settings), unit_count(settings), step_ms(settings),
          [settings](const Audio& audio) { return encode(audio, settings); }};
}

SpeechEncoder lauscher(std::uint64_t seed) {
  const Lauscher settings{.seed = seed};
  const auto ear = std::make_shared<const LauscherEar>(settings);
  return {describe(settings), settings.units, 1000.0 * kLauscherStep,
          [ear](const Audio& audio) { return ear->encode(audio); }};
}

struct Entry {
  const char* name;
  SpeechEncoder (*make)(std::uint64_t seed);
};
constexpr std::array<Entry, 3> kEncoders{
    {{"threshold_crossing", threshold_crossing}, {"lyon_bsa", lyon_bsa}, {"lauscher", lauscher}}};

}  // namespace

const std::vector<std::string>& speech_encoder_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    all.reserve(kEncoders.size());
    for (const Entry& entry : kEncoders) all.emplace_back(entry.name);
    return all;
  }();
  return names;
}

SpeechEncoder make_speech_encoder(const std::string& name, std::uint64_t seed) {
  const auto* const entry = std::ranges::find_if(kEncoders, [&](const Entry& each) { return name == each.name; });
  if (entry == kEncoders.end()) throw sdk::TaskError("there is no encoder '" + name + "'");
  return entry->make(seed);
}

}  // namespace hetsyn::tasks
