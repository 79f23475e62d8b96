#include "common/standin/ti46.hpp"

#include <string>
#include <vector>

namespace hetsyn::tasks {
namespace {

constexpr std::uint64_t kSeed = 0x7146;
constexpr int kRateHz = 12'500;
constexpr std::uint64_t kSpeakersPerSex = 8;

struct Take {
  const char* split;
  const char* name;  ///< session and token, in file names
};
constexpr Take kTakes[] = {{"train", "set0"}, {"train", "set1"}, {"train", "set2"}, {"train", "set3"},
                           {"train", "set4"}, {"test", "s1t0"},  {"test", "s2t0"}};

void add_speaker(std::vector<AudioFile>& files, bool female, std::uint64_t number) {
  const Speaker speaker = draw_speaker(kSeed, 2 * number + (female ? 1 : 0), female);
  const std::string name = (female ? "f" : "m") + std::to_string(number);
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    for (const Take& take : kTakes) {
      const std::string file = std::string{'0', letter} + name + take.name + ".wav";
      files.push_back({std::filesystem::path(take.split) / name / file,
                       {.speaker = speaker, .language = "en-us", .text = {letter}, .number = files.size()}});
    }
  }
}

}  // namespace

AudioCorpus ti46_standin() {
  AudioCorpus corpus{.rate_hz = kRateHz, .files = {}};
  for (std::uint64_t number = 1; number <= kSpeakersPerSex; ++number) {
    add_speaker(corpus.files, true, number);
    add_speaker(corpus.files, false, number);
  }
  return corpus;
}

}  // namespace hetsyn::tasks
