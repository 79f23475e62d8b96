// The stand-in for SHD: its speakers, digits and numbers of recordings, and its file.
#include "shd/standin.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include "plugin/support.hpp"
#include "support/temporary_directory.hpp"

using namespace hetsyn::tasks;
using hetsyn::test::TemporaryDirectory;

namespace {

/// How often each speaker says each digit.
using Takes = std::map<std::uint64_t, std::map<int, int>>;

Takes count_takes(const std::vector<SpokenDigit>& digits) {
  Takes takes;
  for (const SpokenDigit& digit : digits) ++takes[digit.utterance.speaker.number][digit.label];
  return takes;
}

void check_takes(const std::map<int, int>& of_speaker, int expected) {
  BOOST_TEST(of_speaker.size() == 20u);
  for (const auto& [label, takes] : of_speaker) BOOST_TEST(takes == expected, label);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shd_standin_corpus)

BOOST_AUTO_TEST_CASE(two_of_twelve_speakers_are_in_the_test_only) {
  const SpokenDigits digits = shd_standin();
  BOOST_TEST(digits.train.size() == 1000u);
  BOOST_TEST(digits.test.size() == 400u);
  Takes train = count_takes(digits.train);
  Takes test = count_takes(digits.test);
  BOOST_TEST(train.size() == 10u);
  BOOST_TEST(test.size() == 12u);
  for (std::uint64_t speaker = 0; speaker < 12; ++speaker) {
    const bool only_test = speaker == 4 || speaker == 5;
    BOOST_TEST(train.contains(speaker) != only_test);
    if (!only_test) check_takes(train[speaker], 5);
    check_takes(test[speaker], only_test ? 5 : 1);
  }
}

BOOST_AUTO_TEST_CASE(no_recording_is_made_twice_and_the_language_follows_the_label) {
  const SpokenDigits digits = shd_standin();
  std::set<std::uint64_t> numbers;
  for (const auto* part : {&digits.train, &digits.test}) {
    for (const SpokenDigit& digit : *part) {
      BOOST_TEST(numbers.insert(digit.utterance.number).second);
      BOOST_TEST(digit.utterance.language == (digit.label < 10 ? "en-us" : "de"));
    }
  }
  const auto says = [&](std::uint16_t label) {
    return std::ranges::find(digits.train, label, &SpokenDigit::label)->utterance.text;
  };
  BOOST_TEST(says(0) == "zero");
  BOOST_TEST(says(9) == "nine");
  BOOST_TEST(says(10) == "null");
  BOOST_TEST(says(15) == "fünf");
}

BOOST_AUTO_TEST_CASE(the_task_reads_the_files_from_the_cache_and_says_what_they_are) {
  const TemporaryDirectory cache;
  const std::filesystem::path folder = cache.path() / "standin" / "shd-v1";
  std::filesystem::create_directories(folder);
  const SpokenDigits all = shd_standin();
  const std::vector<SpokenDigit> digits{all.train[3], all.test[30], all.train[990]};
  for (const char* file : {"shd_train.h5", "shd_test.h5"}) {
    write_spoken_digits(folder / file, digits, 0, [](const std::string&) {});
  }
  BOOST_TEST(std::distance(std::filesystem::directory_iterator(folder), {}) == 2);  // no scratch files

  const auto task =
      hetsyn::test::load_own_plugin("shd").open({}, {.seed = 0, .data_path = {}, .cache_path = cache.path()});
  BOOST_TEST(task->info().standin);
  BOOST_TEST(task->info().data_name == "synthetic digits by espeak-ng, as spikes");
  BOOST_TEST(task->info().outputs == 20u);
  for (std::uint64_t i = 0; i < digits.size(); ++i) {
    BOOST_TEST(task->sample_info(0, i).label == digits[i].label);
    BOOST_TEST(static_cast<std::uint64_t>(task->sample_info(0, i).group) == digits[i].utterance.speaker.number);
    const auto train = task->fill({0, i, 0, 250, 1.0}).input;
    const auto test = task->fill({1, i, 0, 250, 1.0}).input;
    // Both files hold the same digits: what is made twice is the same.
    BOOST_TEST((train->spikes.offsets == test->spikes.offsets));
    BOOST_TEST((train->spikes.steps == test->spikes.steps));
    // A digit has some 5000 spikes; the bounds are far off on both sides.
    BOOST_TEST((train->spikes.steps.size() > 1000 && train->spikes.steps.size() < 20000), train->spikes.steps.size());
  }
}

BOOST_AUTO_TEST_SUITE_END()
