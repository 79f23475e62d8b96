#include "common/standin/tidigits.hpp"

#include <array>
#include <string>
#include <vector>

namespace hetsyn::tasks {
namespace {

constexpr std::uint64_t kSeed = 0x71D1;
constexpr int kRateHz = 20'000;
constexpr std::uint64_t kTrainSpeakers = 64, kTestSpeakers = 32;

struct Digit {
  char name;  ///< in file names
  const char* word;
};
constexpr std::array kDigits{Digit{'z', "zero"},  Digit{'o', "oh"},    Digit{'1', "one"},  Digit{'2', "two"},
                             Digit{'3', "three"}, Digit{'4', "four"},  Digit{'5', "five"}, Digit{'6', "six"},
                             Digit{'7', "seven"}, Digit{'8', "eight"}, Digit{'9', "nine"}};

/// Two letters for each number under 26².
std::string initials(std::uint64_t number) {
  return {static_cast<char>('a' + number / 26), static_cast<char>('a' + number % 26)};
}

void add_speaker(std::vector<AudioFile>& files, std::uint64_t number, const char* split) {
  const bool female = number % 2 == 1;
  const Speaker speaker = draw_speaker(kSeed, number, female);
  const std::filesystem::path folder = std::filesystem::path(split) / (female ? "woman" : "man") / initials(number);
  for (const Digit& digit : kDigits) {
    for (const char production : {'a', 'b'}) {
      files.push_back({folder / (std::string{digit.name, production} + ".wav"),
                       {.speaker = speaker, .language = "en-us", .text = digit.word, .number = files.size()}});
    }
  }
}

}  // namespace

AudioCorpus tidigits_standin() {
  AudioCorpus corpus{.rate_hz = kRateHz, .files = {}};
  for (std::uint64_t number = 0; number < kTrainSpeakers + kTestSpeakers; ++number) {
    add_speaker(corpus.files, number, number < kTrainSpeakers ? "train" : "test");
  }
  return corpus;
}

}  // namespace hetsyn::tasks
