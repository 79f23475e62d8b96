#include "plugin/word_folder.hpp"

using namespace hetsyn;
using namespace hetsyn::test;
namespace fs = std::filesystem;

namespace {

using Labels = std::vector<std::int32_t>;

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Two speakers to train, one of them also in the test part with another one.
struct Tidigits : WordFolder {
  Tidigits() : WordFolder("tidigits") {
    for (const char* file : {"train/man/ae/1a.wav", "train/man/ae/za.wav", "train/woman/ab/ob.wav",
                             "test/man/ae/9a.wav", "test/woman/xy/1b.wav"}) {
      record(file);
    }
  }
};

auto key_is(const std::string& key) {
  return [key](const ConfigError& e) {
    BOOST_TEST_MESSAGE(e.what());
    return e.key() == "task." + key;
  };
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(tidigits_is_read, Tidigits) {
  const auto task = open();
  const TaskInfo& info = task->info();
  BOOST_TEST(info.inputs == 500U);
  BOOST_TEST(info.outputs == 11U);
  BOOST_TEST(info.steps == 200U);
  BOOST_TEST(info.step_ms == 10.0);
  BOOST_TEST(info.dt_ms == 1.0);
  BOOST_TEST(info.static_samples);
  BOOST_TEST(!info.standin);
  BOOST_REQUIRE_EQUAL(info.splits.size(), 2U);
  BOOST_TEST((labels_of(*task, 0) == Labels{1, 0, 10}));  // 1, zero, oh
  BOOST_TEST((labels_of(*task, 1) == Labels{9, 1}));
  BOOST_TEST((groups_of(*task, 0) == Labels{0, 0, 1}));  // speakers man/ae, woman/ab, woman/xy
  BOOST_TEST((groups_of(*task, 1) == Labels{0, 2}));
  BOOST_TEST(task->fill({1, 0, 0, 200, 1.0}).label == 9);
}

BOOST_FIXTURE_TEST_CASE(names_of_classes_and_speakers_are_given, Tidigits) {
  const auto task = open();
  BOOST_TEST(
      (task->info().class_names == std::vector<std::string>{"z", "1", "2", "3", "4", "5", "6", "7", "8", "9", "o"}));
  BOOST_TEST((task->info().group_names == std::vector<std::string>{"man/ae", "woman/ab", "woman/xy"}));
}

BOOST_FIXTURE_TEST_CASE(the_digest_is_of_the_recordings_wherever_they_lie, Tidigits) {
  const std::string digest = open()->info().data_digest;
  BOOST_TEST(digest.starts_with("xxh3:"));
  BOOST_TEST(open()->info().data_digest == digest);  // from the cache
  BOOST_TEST(open({{"cache", false}})->info().data_digest == digest);
  BOOST_TEST(open({{"duration_ms", 1000.0}})->info().data_digest == digest);
  fs::create_directories(data().parent_path() / "deep/er");
  fs::rename(data(), data().parent_path() / "deep/er/copy");
  fs::rename(data().parent_path() / "deep", data());
  BOOST_TEST(open()->info().data_digest == digest);
  const fs::path speaker = data() / "er/copy/test/woman/xy";
  fs::rename(speaker, speaker.parent_path() / "xz");
  BOOST_TEST(open()->info().data_digest != digest);
  fs::rename(speaker.parent_path() / "xz", speaker);
  BOOST_TEST(open()->info().data_digest == digest);
  record("er/copy/test/woman/xy/1b.wav");
  BOOST_TEST(open()->info().data_digest != digest);
}

BOOST_FIXTURE_TEST_CASE(recordings_to_train_and_to_test_on_are_told, Tidigits) {
  open();
  BOOST_TEST(!has(logged(), "hold the same"));
  fs::copy_file(data() / "train/man/ae/1a.wav", data() / "test/man/ae/2b.wav");
  open();
  BOOST_TEST(has(logged(), "1 of 3 recordings to test on hold the same as one to train on, such as " +
                               (data() / "test/man/ae/2b.wav").string() + " and " +
                               (data() / "train/man/ae/1a.wav").string()));
}

BOOST_FIXTURE_TEST_CASE(spikes_come_from_the_recording_and_warp, Tidigits) {
  const auto task = open();
  const auto spikes = spikes_of(*task, 0, 0);
  BOOST_TEST(!spikes.empty());
  BOOST_TEST((spikes != spikes_of(*task, 0, 1)));
  // 50 ms are five hops; the analysis window of 32 ms reaches a little further.
  for (const auto& [channel, step] : spikes) BOOST_TEST(step < 12);
  const auto warped = spikes_of(*task, 0, 0, 2.0);
  int last = 0, last_warped = 0;
  for (const auto& [channel, step] : spikes) last = std::max(last, step);
  for (const auto& [channel, step] : warped) last_warped = std::max(last_warped, step);
  BOOST_TEST(last_warped == 2 * last);
}

BOOST_FIXTURE_TEST_CASE(lyons_ear_may_encode, Tidigits) {
  const auto task = open({{"encoder", std::string("lyon_bsa")}, {"duration_ms", 20.0}});
  BOOST_TEST(task->info().inputs == 78U);
  BOOST_TEST(task->info().steps == 20U);  // of 12 samples at 12.5 kHz
  BOOST_TEST(task->info().step_ms == 0.96);
  BOOST_TEST(!spikes_of(*task, 0, 0).empty());
  BOOST_TEST(open({{"encoder", std::string("lyon_bsa")}, {"lyon_rate_hz", 20'000.0}})->info().inputs == 93U);
}

BOOST_FIXTURE_TEST_CASE(the_ear_of_shd_may_encode, Tidigits) {
  const std::vector<NamedValue> values{{"encoder", std::string("lauscher")}, {"duration_ms", 100.0}};
  const auto task = open(values);
  BOOST_TEST(task->info().inputs == 700U);
  BOOST_TEST(task->info().steps == 25U);
  BOOST_TEST(task->info().step_ms == 4.0);
  const auto spikes = spikes_of(*task, 0, 0);
  BOOST_TEST_REQUIRE(!spikes.empty());
  for (const auto& [channel, step] : spikes) BOOST_TEST(step <= 14);  // 50 ms of audio, and what the membrane rings on
  BOOST_TEST((spikes_of(*open(values), 0, 0) == spikes));             // from the cache
  BOOST_TEST(open({{"encoder", std::string("lauscher")}, {"lauscher_bin_ms", 10.0}})->info().steps == 200U);
}

BOOST_FIXTURE_TEST_CASE(durations_that_are_no_steps_are_refused, Tidigits) {
  BOOST_CHECK_EXCEPTION(open({{"duration_ms", 5.0}}), ConfigError, key_is("duration_ms"));
  const std::vector<NamedValue> long_ones{{"encoder", std::string("lyon_bsa")},
                                          {"lyon_rate_hz", 40'000.0},
                                          {"lyon_decimation", std::int64_t{1}},
                                          {"duration_ms", 600'000.0}};
  BOOST_CHECK_EXCEPTION(open(long_ones), ConfigError, key_is("duration_ms"));
}

BOOST_FIXTURE_TEST_CASE(other_recordings_do_not_carry_the_corpus_name, Tidigits) {
  BOOST_TEST(open()->info().data_name ==
             "other recordings in the layout of TIDIGITS, isolated digits of adults (3 + 2)");
  BOOST_TEST(has(logged(),
                 "is not the whole of TIDIGITS, isolated digits of adults, which has 2464 recordings to train "
                 "and 2486 to test"));
  BOOST_TEST(has(logged(), "has no recording to train on of the classes '2', '3'"));
  BOOST_TEST(open({{"data_name", std::string("my digits")}})->info().data_name == "my digits");
  for (const char* name : {"TIDIGITS", "tidigits", "TIDIGITS, isolated digits of adults"}) {
    BOOST_CHECK_EXCEPTION(open({{"data_name", std::string(name)}}), ConfigError, key_is("data_name"));
  }
}

BOOST_FIXTURE_TEST_CASE(capitals_extensions_and_depth_do_not_matter, Tidigits) {
  record("TRAIN/GIRL/QQ/5A.WAV");
  fs::create_directories(data().parent_path() / "deep/tidigits_1");
  fs::rename(data(), data().parent_path() / "deep/tidigits_1/DATA");
  fs::rename(data().parent_path() / "deep", data());
  write_audio(data() / "tidigits_1/DATA/train/man/ae/2a.FLAC", SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
              tone(500, 16'000.0, 700.0), 16'000);
  write_audio(data() / "tidigits_1/DATA/train/man/ae/3a.sph", SF_FORMAT_WAV | SF_FORMAT_PCM_16,
              tone(500, 16'000.0, 800.0), 16'000);
  BOOST_TEST((labels_of(*open(), 0) == Labels{1, 2, 3, 0, 10}));
  BOOST_TEST(open({{"talkers", std::string("all")}})->info().splits[0].samples == 6U);
}

BOOST_FIXTURE_TEST_CASE(talkers_are_chosen, Tidigits) {
  BOOST_CHECK_EXCEPTION(open({{"talkers", std::string("children")}}), DataError,
                        Says({"does not hold TIDIGITS, isolated digits of children", "{boy,girl}", "LDC93S10"}));
  record("train/boy/cc/4a.wav");
  record("test/girl/dd/6b.wav");
  const auto children = open({{"talkers", std::string("children")}});
  BOOST_TEST((labels_of(*children, 0) == Labels{4}));
  BOOST_TEST((labels_of(*children, 1) == Labels{6}));
  BOOST_TEST(open()->info().splits[0].samples == 3U);
  BOOST_TEST(open({{"talkers", std::string("all")}})->info().splits[0].samples == 4U);
}

BOOST_FIXTURE_TEST_CASE(strings_of_digits_are_no_isolated_digits, Tidigits) {
  record("train/man/ae/1z9a.wav");
  BOOST_TEST(open()->info().splits[0].samples == 3U);
  BOOST_TEST(!has(logged(), "left out"));
}

BOOST_FIXTURE_TEST_CASE(odd_names_are_left_out_and_counted, Tidigits) {
  for (const char* name : {"1c", "xa", "1", "a", "1a copy"}) record(std::string("train/man/ae/") + name + ".wav");
  write("train/man/ae/notes.txt", "no audio");
  record("docs/sample.wav");
  BOOST_TEST(open()->info().splits[0].samples == 3U);
  BOOST_TEST(has(logged(), "5 files are left out"));
}

BOOST_FIXTURE_TEST_CASE(one_recording_in_two_files_is_refused, Tidigits) {
  record("train/man/ae/1a.flac");
  BOOST_CHECK_EXCEPTION(open(), DataError, Says({"train/man/ae/1a.", "is the same recording as"}));
}

BOOST_FIXTURE_TEST_CASE(two_corpora_in_one_folder_are_refused, Tidigits) {
  record("other/train/man/bb/1a.wav");
  BOOST_CHECK_EXCEPTION(open(), DataError, Says({"no single corpus", "are two", "task.path"}));
}

BOOST_FIXTURE_TEST_CASE(adults_and_children_may_lie_apart, Tidigits) {
  fs::rename(data(), data().parent_path() / "adults");
  record("children/train/boy/cc/4a.wav");
  record("children/test/boy/cc/5a.wav");
  fs::rename(data().parent_path() / "adults", data() / "adults");
  BOOST_TEST(open({{"talkers", std::string("all")}})->info().splits[0].samples == 4U);
}

BOOST_FIXTURE_TEST_CASE(links_are_followed_and_loops_end, Tidigits) {
  fs::rename(data(), data().parent_path() / "elsewhere");
  fs::create_directory(data());
  fs::create_directory_symlink(data().parent_path() / "elsewhere", data() / "corpus");
  fs::create_directory_symlink("..", data().parent_path() / "elsewhere/train/man/round");
  BOOST_TEST((labels_of(*open(), 0) == Labels{1, 0, 10}));
}

BOOST_FIXTURE_TEST_CASE(links_that_lead_nowhere_are_damaged_recordings, Tidigits) {
  const fs::path folder = data() / "train/man/ae";
  fs::create_symlink("missing.wav", folder / "2a.wav");
  fs::create_symlink("3a.wav", folder / "3a.wav");  // round in a circle
  BOOST_CHECK_EXCEPTION(open(), DataError,
                        Says({"2 of ", " recordings cannot be used", "2a.wav: is a link to what is not there"}));
  const auto task = open({{"damaged_share", 0.5}});
  BOOST_TEST((labels_of(*task, 0) == Labels{1, 0, 10}));
  BOOST_TEST(task->info().skipped == 2U);
}

BOOST_FIXTURE_TEST_CASE(speakers_may_be_kept_apart, Tidigits) {
  const auto task = open({{"split", std::string("speakers")}, {"test_speakers", std::string("man/ae")}});
  BOOST_TEST((labels_of(*task, 0) == Labels{1, 10}));  // of the corpus's own test and training part
  BOOST_TEST((labels_of(*task, 1) == Labels{9, 1, 0}));
  BOOST_TEST(has(task->info().data_name, ", split by speakers"));
  BOOST_TEST((groups_of(*open({{"split", std::string("speakers")}, {"test_speakers", std::string("x*, AB")}}), 1) ==
              Labels{2, 1}));
}

BOOST_FIXTURE_TEST_CASE(speakers_may_be_named_for_validation, Tidigits) {
  const auto task = open({{"validation_speakers", std::string("ab")}});
  BOOST_REQUIRE_EQUAL(task->info().splits.size(), 3U);
  BOOST_TEST((task->info().splits[2].role == SplitRole::validation));
  BOOST_TEST((labels_of(*task, 0) == Labels{1, 0}));
  BOOST_TEST((labels_of(*task, 2) == Labels{10}));
  BOOST_TEST(task->fill({2, 0, 0, 200, 1.0}).label == 10);
}

BOOST_FIXTURE_TEST_CASE(names_of_speakers_that_do_not_fit_are_refused, Tidigits) {
  const std::string speakers = "speakers";
  BOOST_CHECK_EXCEPTION(open({{"test_speakers", std::string("ae")}}), ConfigError, key_is("test_speakers"));
  BOOST_CHECK_EXCEPTION(open({{"split", speakers}}), ConfigError, key_is("test_speakers"));
  BOOST_CHECK_EXCEPTION(open({{"split", speakers}, {"test_speakers", std::string("qq")}}), ConfigError,
                        key_is("test_speakers"));
  BOOST_CHECK_EXCEPTION(open({{"split", speakers}, {"test_speakers", std::string("*")}}), ConfigError,
                        key_is("test_speakers"));
  BOOST_CHECK_EXCEPTION(open({{"validation_speakers", std::string("xy")}}), ConfigError, key_is("validation_speakers"));
}
