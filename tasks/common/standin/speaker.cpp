#include "common/standin/speaker.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <hetsyn/error.hpp>
#include <hetsyn/random.hpp>

#include "common/standin/espeak.hpp"

namespace hetsyn::tasks {
namespace {

constexpr std::array kMaleVariants{"m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8"};
constexpr std::array kFemaleVariants{"f1", "f2", "f3", "f4", "f5"};
/// The intonation of a text: statement, question, exclamation, or unfinished sentence.
constexpr std::array kIntonations{"", "?", "!", ","};

constexpr double kSilenceDb = -45.0;  // below the peak; the silence before and after a word is far quieter

double from_db(double level) { return std::pow(10.0, level / 20.0); }

double peak(const std::vector<float>& samples) {
  double highest = 0.0;
  for (const float sample : samples) highest = std::max(highest, std::fabs(static_cast<double>(sample)));
  return highest;
}

EspeakVoice voice_for(const Utterance& utterance, sdk::Random& random) {
  const Speaker& speaker = utterance.speaker;
  return {.name = utterance.language + "+" + speaker.variant,
          .speed_wpm = static_cast<int>(std::lround(speaker.speed_wpm * random.uniform(0.9, 1.1))),
          .pitch = static_cast<int>(std::lround(std::clamp(speaker.pitch + random.uniform(-8.0, 8.0), 0.0, 99.0)))};
}

/// Keeps the samples between the first and the last one that are louder than silence.
void trim_silence(std::vector<float>& samples) {
  const double limit = peak(samples) * from_db(kSilenceDb);
  const auto loud = [limit](float sample) { return std::fabs(static_cast<double>(sample)) > limit; };
  samples.erase(std::find_if(samples.rbegin(), samples.rend(), loud).base(), samples.end());
  samples.erase(samples.begin(), std::ranges::find_if(samples, loud));
}

void surround_with_silence(Audio& audio, sdk::Random& random) {
  const auto draw = [&] { return static_cast<std::size_t>(random.uniform(0.02, 0.08) * audio.rate_hz); };
  audio.samples.insert(audio.samples.begin(), draw(), 0.0F);
  audio.samples.insert(audio.samples.end(), draw(), 0.0F);
}

double root_mean_square(const std::vector<float>& samples) {
  double sum = 0.0;
  for (const float sample : samples) sum += static_cast<double>(sample) * static_cast<double>(sample);
  return std::sqrt(sum / static_cast<double>(samples.size()));
}

void add_noise(std::vector<float>& samples, double level, sdk::Random& random) {
  for (float& sample : samples) sample += static_cast<float>(level * random.normal());
}

void set_peak(std::vector<float>& samples, double wanted) {
  const double scale = wanted / peak(samples);
  for (float& sample : samples) sample = static_cast<float>(sample * scale);
}

}  // namespace

Speaker draw_speaker(std::uint64_t seed, std::uint64_t number, bool female) {
  sdk::Random random({seed, number});
  Speaker speaker{.number = number, .female = female, .variant = {}};
  speaker.variant = female ? kFemaleVariants[random.below(kFemaleVariants.size())]
                           : kMaleVariants[random.below(kMaleVariants.size())];
  speaker.tract = random.uniform(0.92, 1.08);
  speaker.speed_wpm = random.uniform(130.0, 210.0);
  speaker.pitch = random.uniform(30.0, 70.0);
  return speaker;
}

Audio record(const Utterance& utterance, double rate_hz, const std::filesystem::path& scratch) {
  sdk::Random random({utterance.number});
  const std::string intonation = kIntonations[random.below(kIntonations.size())];
  Audio audio = say_with_espeak(utterance.text + intonation, voice_for(utterance, random), scratch);
  trim_silence(audio.samples);
  if (audio.samples.empty()) throw sdk::TaskError("espeak-ng says nothing for \"" + utterance.text + "\"");
  // Changing the playback rate moves all resonances, like a change of the length of the vocal tract.
  audio.rate_hz /= utterance.speaker.tract;
  audio = resample(audio, rate_hz);
  const double speech = root_mean_square(audio.samples);
  surround_with_silence(audio, random);
  add_noise(audio.samples, speech * from_db(random.uniform(-40.0, -20.0)), random);
  set_peak(audio.samples, from_db(random.uniform(-12.0, -3.0)));
  return audio;
}

}  // namespace hetsyn::tasks
