// Synthetic speech: the voices, and the layouts of the corpora that it replaces.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <hetsyn/error.hpp>
#include <map>
#include <set>

#include "common/standin/espeak.hpp"
#include "common/standin/ti46.hpp"
#include "common/standin/tidigits.hpp"
#include "support/temporary_directory.hpp"

using namespace hetsyn::tasks;
using hetsyn::test::read_text;
using hetsyn::test::TemporaryDirectory;

namespace {

/// PATH is another one while this lives.
class ReplacedPath {
 public:
  explicit ReplacedPath(const std::string& path) : before_(std::getenv("PATH")) { ::setenv("PATH", path.c_str(), 1); }
  ReplacedPath(const ReplacedPath&) = delete;
  ReplacedPath& operator=(const ReplacedPath&) = delete;
  ~ReplacedPath() { ::setenv("PATH", before_.c_str(), 1); }

 private:
  std::string before_;
};

Utterance utterance(std::uint64_t number, bool female = false) {
  return {.speaker = draw_speaker(1, number, female), .language = "en-us", .text = "seven", .number = number};
}

double energy(const std::vector<float>& samples, std::size_t first, std::size_t last) {
  double sum = 0.0;
  for (std::size_t i = first; i < last; ++i) sum += std::pow(static_cast<double>(samples[i]), 2.0);
  return sum / static_cast<double>(last - first);
}

/// Folders and name of each file.
std::vector<std::vector<std::string>> split_paths(const AudioCorpus& corpus) {
  std::vector<std::vector<std::string>> paths;
  for (const AudioFile& file : corpus.files) paths.emplace_back(file.path.begin(), file.path.end());
  return paths;
}

void check_distinct(const AudioCorpus& corpus) {
  std::set<std::string> paths;
  std::set<std::uint64_t> numbers;
  for (const AudioFile& file : corpus.files) {
    paths.insert(file.path.string());
    numbers.insert(file.utterance.number);
  }
  BOOST_TEST(paths.size() == corpus.files.size());
  BOOST_TEST(numbers.size() == corpus.files.size());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(standin_speech)

BOOST_AUTO_TEST_CASE(a_recording_is_a_word_with_quieter_edges) {
  const TemporaryDirectory temporary;
  const Audio audio = record(utterance(3), 16000.0, temporary / "scratch.wav");
  BOOST_TEST(audio.rate_hz == 16000.0);
  const double seconds = static_cast<double>(audio.samples.size()) / audio.rate_hz;
  BOOST_TEST((seconds > 0.2 && seconds < 1.5), seconds);  // "seven" at 117 to 231 words per minute
  float peak = 0.0F;
  for (const float sample : audio.samples) peak = std::max(peak, std::fabs(sample));
  BOOST_TEST((peak >= 0.2511F && peak <= 0.7080F), peak);  // −12 dB = 0.25119 and −3 dB = 0.70795
  // The first and last 20 ms are noise alone, at least 20 dB below the speech: 10 dB leave room for its scatter.
  const std::size_t edge = 320;
  const std::size_t size = audio.samples.size();
  const double speech = energy(audio.samples, edge, size - edge);
  BOOST_TEST(energy(audio.samples, 0, edge) > 0.0);
  BOOST_TEST(energy(audio.samples, 0, edge) < 0.1 * speech);
  BOOST_TEST(energy(audio.samples, size - edge, size) < 0.1 * speech);
  BOOST_TEST(!std::filesystem::exists(temporary / "scratch.wav"));
}

BOOST_AUTO_TEST_CASE(recordings_repeat_and_differ_by_number_and_speaker) {
  const TemporaryDirectory temporary;
  const auto samples = [&](const Utterance& what) { return record(what, 16000.0, temporary / "scratch.wav").samples; };
  const std::vector<float> first = samples(utterance(3));
  BOOST_TEST((samples(utterance(3)) == first));
  Utterance again = utterance(3);
  again.number = 4;
  BOOST_TEST((samples(again) != first));
  Utterance other = utterance(3);
  other.speaker = draw_speaker(1, 4, true);
  BOOST_TEST((samples(other) != first));
}

BOOST_AUTO_TEST_CASE(a_missing_program_is_named_with_the_command_that_installs_it) {
  const TemporaryDirectory temporary;
  const ReplacedPath nothing(temporary.path().string());
  BOOST_CHECK_EXCEPTION(record(utterance(1), 16000.0, temporary / "a.wav"), hetsyn::sdk::TaskError, [](const auto& e) {
    return std::string(e.what()).find("sudo apt-get install espeak-ng") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(a_program_that_fails_is_shown_as_it_was_called) {
  const TemporaryDirectory temporary;
  const auto says = [](const std::string& text) {
    return [text](const hetsyn::sdk::TaskError& e) { return std::string(e.what()).find(text) != std::string::npos; };
  };
  BOOST_CHECK_EXCEPTION(say_with_espeak("one", {.name = "nowhere"}, temporary / "a.wav"), hetsyn::sdk::TaskError,
                        says("this failed: espeak-ng -b 1 -v nowhere -s 175 -p 50 -w "));
  BOOST_CHECK_EXCEPTION(say_with_espeak("one", {.name = "en-us"}, temporary / "none" / "a.wav"), hetsyn::sdk::TaskError,
                        says("none/a.wav one"));
}

BOOST_AUTO_TEST_CASE(a_text_is_never_a_command) {
  const TemporaryDirectory temporary;
  const std::string victim = (temporary / "victim").string();
  say_with_espeak("; touch '" + victim + "' $(touch " + victim + ")", {.name = "en-us"}, temporary / "a.wav");
  BOOST_TEST(!std::filesystem::exists(victim));
}

BOOST_AUTO_TEST_CASE(progress_is_told_in_tenths_and_failures_are_passed_on) {
  std::vector<std::string> told;
  std::vector<int> made(25, 0);
  const auto report = [&](const std::string& message) { told.push_back(message); };
  make_in_parallel(made.size(), 0, "things", report, [&](std::size_t index) { ++made[index]; });
  BOOST_TEST(std::ranges::count(made, 1) == 25);
  BOOST_TEST(told.size() == 10u);
  BOOST_TEST(told.front() == "3 of 25 things");
  BOOST_TEST(told.back() == "25 of 25 things");
  const auto fail = [](std::size_t) { throw hetsyn::sdk::TaskError("no"); };
  BOOST_CHECK_THROW(make_in_parallel(3, 2, "things", report, fail), hetsyn::sdk::TaskError);
}

BOOST_AUTO_TEST_CASE(tidigits_has_its_layout_and_other_speakers_in_the_test) {
  const AudioCorpus corpus = tidigits_standin();
  BOOST_TEST(corpus.rate_hz == 20000);
  check_distinct(corpus);
  std::map<std::string, int> sizes;
  std::map<std::string, std::set<std::string>> speakers, names;
  for (const std::vector<std::string>& path : split_paths(corpus)) {
    BOOST_TEST_REQUIRE(path.size() == 4u);  // train/man/aa/1a.wav
    BOOST_TEST((path[1] == "man" || path[1] == "woman"), path[1]);
    BOOST_TEST(path[2].size() == 2u);
    ++sizes[path[0]];
    speakers[path[0]].insert(path[2]);
    names[path[2]].insert(path[3]);
  }
  BOOST_TEST(sizes.size() == 2u);
  BOOST_TEST(sizes["train"] == 64 * 11 * 2);
  BOOST_TEST(sizes["test"] == 32 * 11 * 2);
  BOOST_TEST(speakers["train"].size() == 64u);
  for (const std::string& speaker : speakers["test"]) BOOST_TEST(!speakers["train"].contains(speaker), speaker);
  std::set<std::string> expected;
  for (const char digit : {'1', '2', '3', '4', '5', '6', '7', '8', '9', 'z', 'o'}) {
    for (const char production : {'a', 'b'}) expected.insert(std::string{digit, production} + ".wav");
  }
  for (const auto& [speaker, said] : names) BOOST_TEST((said == expected), speaker);
}

BOOST_AUTO_TEST_CASE(ti46_has_its_layout_and_all_letters_of_all_speakers) {
  const AudioCorpus corpus = ti46_standin();
  BOOST_TEST(corpus.rate_hz == 12500);
  check_distinct(corpus);
  std::map<std::string, std::set<std::string>> takes;  // of a letter by a speaker in a split
  for (const std::vector<std::string>& path : split_paths(corpus)) {
    BOOST_TEST_REQUIRE(path.size() == 3u);  // train/f1/0af1set0.wav
    const std::string& name = path[2];
    BOOST_TEST_REQUIRE(name.size() == 12u);
    BOOST_TEST((name[0] == '0' && name[1] >= 'a' && name[1] <= 'z' && name.ends_with(".wav")), name);
    BOOST_TEST(name.substr(2, 2) == path[1]);
    takes[path[0] + path[1] + name[1]].insert(name.substr(4, 4));
  }
  const std::set<std::string> train{"set0", "set1", "set2", "set3", "set4"};
  const std::set<std::string> test{"s1t0", "s2t0"};
  BOOST_TEST(takes.size() == 2u * 16 * 26);
  for (const auto& [what, said] : takes) BOOST_TEST((said == (what.starts_with("train") ? train : test)), what);
}

BOOST_AUTO_TEST_CASE(a_corpus_is_recorded_as_sphere_of_16_bits) {
  const TemporaryDirectory temporary;
  AudioCorpus corpus = ti46_standin();
  corpus.files.resize(2);
  const auto directory = temporary.path();
  record_audio_corpus(directory, corpus, 0, [](const std::string&) {});
  for (const AudioFile& file : corpus.files) {
    const Audio written = read_audio(directory / file.path);
    const Audio recorded = record(file.utterance, 12500.0, directory / "scratch.wav");
    BOOST_TEST(written.rate_hz == 12500.0);
    BOOST_TEST_REQUIRE(written.samples.size() == recorded.samples.size());
    for (std::size_t i = 0; i < written.samples.size(); ++i) {
      BOOST_TEST(std::fabs(written.samples[i] - recorded.samples[i]) <= 1.0F / 32768.0F);  // one step of 16 bits
    }
    BOOST_TEST(read_text(directory / file.path).starts_with("NIST_1A\n   1024\n"));
  }
}

BOOST_AUTO_TEST_SUITE_END()
