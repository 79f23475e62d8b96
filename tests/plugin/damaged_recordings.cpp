// Recordings that cannot be used: skipped and told where they are few, an error where they are many.
#include <random>

#include "plugin/word_folder.hpp"

using namespace hetsyn;
using namespace hetsyn::test;
namespace fs = std::filesystem;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Six recordings to train on, of one speaker, and two to test.
struct Damaged : WordFolder {
  Damaged() : WordFolder("tidigits") {
    for (const char* file :
         {"train/man/ae/1a.wav", "train/man/ae/2a.wav", "train/man/ae/3a.wav", "train/man/ae/4a.wav",
          "train/man/ae/5a.wav", "train/man/ae/6a.wav", "test/man/xy/1a.wav", "test/man/xy/2a.wav"}) {
      record(file);
    }
  }

  std::unique_ptr<Task> open_allowing(double share, std::vector<NamedValue> values = {}) const {
    values.push_back({"damaged_share", share});
    return open(values);
  }
  [[nodiscard]] std::string sound_file() const { return read_text(data() / "train/man/ae/1a.wav"); }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_few_are_skipped_counted_and_told, Damaged) {
  const auto whole = open();
  BOOST_TEST(whole->info().skipped == 0U);
  BOOST_TEST(whole->info().skipped_why.empty());
  write("train/man/ae/2a.wav", "");
  write("train/man/ae/5a.wav", sound_file().substr(0, 1500));
  for (int run = 0; run < 2; ++run) {  // the second one from the cache
    const auto task = open_allowing(0.25);
    BOOST_TEST((labels_of(*task, 0) == std::vector<std::int32_t>{1, 3, 4, 6}));
    BOOST_TEST((labels_of(*task, 1) == std::vector<std::int32_t>{1, 2}));
    for (std::uint64_t i = 0; i < 4; ++i) BOOST_TEST(!spikes_of(*task, 0, i).empty());
    BOOST_TEST((spikes_of(*task, 0, 1) == spikes_of(*whole, 0, 2)));  // labels and spikes still belong together
    BOOST_TEST(task->info().skipped == 2U);
    BOOST_TEST(has(task->info().skipped_why, "2 of 8 recordings cannot be used: "));
    BOOST_TEST(has(task->info().skipped_why, "train/man/ae/2a.wav: is empty; "));
    BOOST_TEST(has(task->info().skipped_why, "train/man/ae/5a.wav: is truncated"));
    BOOST_TEST(has(task->info().data_name, ", without 2 damaged recordings"));
  }
  BOOST_TEST(has(logged(), "They are skipped"));
  BOOST_TEST(caches().size() == 2U);  // of the whole corpus and of the damaged one
}

BOOST_FIXTURE_TEST_CASE(the_first_three_are_named, Damaged) {
  for (const char* file :
       {"train/man/ae/1a.wav", "train/man/ae/2a.wav", "train/man/ae/3a.wav", "train/man/ae/4a.wav"}) {
    write(file, "no audio");
  }
  const auto task = open_allowing(0.5);
  BOOST_TEST(has(task->info().skipped_why, "3a.wav: is not a WAV, FLAC or NIST SPHERE file; and others"));
  BOOST_TEST(!has(task->info().skipped_why, "4a.wav"));
}

BOOST_FIXTURE_TEST_CASE(more_than_the_share_are_an_error, Damaged) {
  write("train/man/ae/2a.wav", "");
  BOOST_CHECK_EXCEPTION(open(), DataError,
                        Says({"1 of 8 recordings", "2a.wav: is empty", "more than task.damaged_share = 0.01 allows"}));
  BOOST_CHECK_EXCEPTION(open_allowing(0.0), DataError, Says({"2a.wav: is empty", "damaged_share = 0 allows"}));
  BOOST_CHECK_EXCEPTION(open_allowing(0.124), DataError, Says({"2a.wav: is empty"}));
  BOOST_TEST(open_allowing(0.125)->info().skipped == 1U);
}

BOOST_FIXTURE_TEST_CASE(nothing_left_to_test_on_is_an_error, Damaged) {
  for (const char* file : {"test/man/xy/1a.wav", "test/man/xy/2a.wav"}) write(file, "");
  BOOST_CHECK_EXCEPTION(open_allowing(1.0), DataError, Says({"all recordings", "are damaged"}));
}

BOOST_FIXTURE_TEST_CASE(without_a_cache_it_is_the_same, Damaged) {
  write("train/man/ae/2a.wav", "");
  BOOST_TEST(open_allowing(0.25, {{"cache", false}})->info().skipped == 1U);
  BOOST_TEST(caches().empty());
}

BOOST_FIXTURE_TEST_CASE(a_file_that_may_not_be_read_is_skipped, Damaged) {
  const fs::path file = data() / "train/man/ae/2a.wav";
  fs::remove(file);
  fs::create_symlink(file.parent_path(), file);  // a folder, by the name of a recording; no file, and nothing to read
  BOOST_TEST(open()->info().splits[0].samples == 5U);
  fs::remove(file);
  record("train/man/ae/2a.wav");
  fs::permissions(file, fs::perms::none);
  if (std::ifstream(file)) return;  // root may read everything
  BOOST_TEST(has(open_allowing(0.25)->info().skipped_why, "2a.wav: cannot read: Permission denied"));
}

BOOST_FIXTURE_TEST_CASE(bits_that_are_flipped_never_end_it, Damaged) {
  const std::string sound = sound_file();
  std::mt19937_64 random(3);
  for (int round = 0; round < 30; ++round) {
    std::string bytes = sound.substr(0, round % 3 == 0 ? random() % sound.size() : sound.size());
    for (int flips = 0; flips < 8 && !bytes.empty(); ++flips) {
      bytes[random() % std::min<std::size_t>(bytes.size(), 200)] ^= static_cast<char>(1U << (random() % 8));
    }
    write("train/man/ae/2a.wav", bytes);
    BOOST_TEST(open_allowing(0.125)->info().skipped <= 1U);
  }
}

BOOST_FIXTURE_TEST_CASE(shortened_files_end_the_run_whatever_is_allowed, Damaged) {
  SphereFile shorten;
  shorten.coding = "pcm,embedded-shorten-v2.00";
  write("train/man/ae/5a.wav", shorten.bytes());
  BOOST_CHECK_EXCEPTION(open_allowing(1.0), DataError,
                        Says({"train/man/ae/5a.wav: is compressed with shorten", "sph2pipe -f wav"}));
  write("train/man/ae/6a.wav", shorten.bytes());
  BOOST_CHECK_EXCEPTION(open_allowing(1.0), DataError, Says({"5a.wav: is compressed with shorten", "2 of 8 files"}));
}
