#include "shd/standin.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "common/speech/lauscher/lauscher.hpp"
#include "common/speech/spike_file.hpp"

namespace hetsyn::tasks {
namespace {

constexpr std::uint64_t kSeed = 0x5D;
constexpr std::uint16_t kSpeakers = 12;
constexpr std::array<std::uint16_t, 2> kTestSpeakers{4, 5};
constexpr int kTrainTakes = 5;
constexpr int kTestTakes = 5;       // for speakers that are only in the test set
constexpr int kKnownTestTakes = 1;  // for the other speakers

const std::vector<std::string> kEnglish{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};
const std::vector<std::string> kGerman{"null", "eins",  "zwei",   "drei", "vier",
                                       "fünf", "sechs", "sieben", "acht", "neun"};

std::vector<std::string> class_names() {
  std::vector<std::string> names = kEnglish;
  names.insert(names.end(), kGerman.begin(), kGerman.end());
  return names;
}

bool only_in_test(std::uint16_t speaker) { return std::ranges::find(kTestSpeakers, speaker) != kTestSpeakers.end(); }

bool is_woman(std::uint16_t speaker) { return speaker % 2 == 1; }

std::vector<SpeakerInfo> speaker_infos() {
  std::vector<SpeakerInfo> infos;
  for (std::uint16_t speaker = 0; speaker < kSpeakers; ++speaker) {
    infos.push_back({.name = "voice " + std::to_string(speaker), .gender = is_woman(speaker) ? "female" : "male"});
  }
  return infos;
}

/// All digits by one speaker, `takes` times each, with consecutive numbers from `number`.
void add_takes(std::vector<SpokenDigit>& digits, std::uint16_t speaker, int takes, std::uint64_t& number) {
  const Speaker voice = draw_speaker(kSeed, speaker, is_woman(speaker));
  const std::vector<std::string> words = class_names();
  for (std::size_t word = 0; word < words.size(); ++word) {
    const std::string language = word < kEnglish.size() ? "en-us" : "de";
    for (int take = 0; take < takes; ++take) {
      digits.push_back({{.speaker = voice, .language = language, .text = words[word], .number = number++},
                        static_cast<std::uint16_t>(word)});
    }
  }
}

}  // namespace

SpokenDigits shd_standin() {
  SpokenDigits digits;
  std::uint64_t number = 0;
  for (std::uint16_t speaker = 0; speaker < kSpeakers; ++speaker) {
    const bool only_test = only_in_test(speaker);
    if (!only_test) add_takes(digits.train, speaker, kTrainTakes, number);
    add_takes(digits.test, speaker, only_test ? kTestTakes : kKnownTestTakes, number);
  }
  return digits;
}

void write_spoken_digits(const std::filesystem::path& file, const std::vector<SpokenDigit>& digits, unsigned threads,
                         const Report& report) {
  const Lauscher settings;
  const LauscherEar ear(settings);
  std::vector<std::vector<StepSpike>> spikes(digits.size());
  make_in_parallel(digits.size(), threads, "recordings of " + file.filename().string(), report, [&](std::size_t index) {
    std::filesystem::path scratch = file;
    scratch += "." + std::to_string(index) + ".wav";
    spikes[index] = ear.encode(record(digits[index].utterance, kLauscherRateHz, scratch));
  });
  SpikeFileWriter writer(file, kLauscherStep, describe(settings));
  for (std::size_t i = 0; i < digits.size(); ++i) {
    writer.append(spikes[i], digits[i].label, static_cast<std::uint16_t>(digits[i].utterance.speaker.number));
  }
  writer.finish(class_names(), speaker_infos());
}

}  // namespace hetsyn::tasks
