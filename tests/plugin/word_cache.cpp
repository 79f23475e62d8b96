// The cache of encoded recordings: used where it is whole and of these recordings, else made again.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <random>

#include "core/log.hpp"
#include "plugin/word_folder.hpp"

using namespace hetsyn;
using namespace hetsyn::test;
namespace fs = std::filesystem;

namespace {

struct Cached : WordFolder {
  Cached() : WordFolder("tidigits") {
    for (const char* file : {"train/man/ae/1a.wav", "train/man/ab/2a.wav", "test/man/ae/1b.wav"}) record(file);
  }

  [[nodiscard]] std::size_t count(const std::string& words) const {
    const std::string text = logged() + (fs::exists(shared_log()) ? read_text(shared_log()) : "");
    std::size_t found = 0;
    for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++found;
    return found;
  }
  /// How often recordings were encoded.
  [[nodiscard]] std::size_t encodings() const { return count("encoding "); }

  /// Of the processes that start() has started.
  [[nodiscard]] fs::path shared_log() const { return cache().parent_path() / "log.txt"; }

  struct Child {
    pid_t process;
    int wait() const {
      int status = -1;
      ::waitpid(process, &status, 0);
      return status;
    }
  };
  /// Opens the task in a separate process, with an encoder that takes half a second.
  Child start() const {
    const pid_t process = ::fork();
    if (process != 0) return {process};
    try {
      Log log;
      log.copy_to(shared_log());
      open({{"encoder", "lauscher"}}, log);
      ::_exit(0);
    } catch (...) {
      ::_exit(1);
    }
  }

  [[nodiscard]] std::vector<std::pair<std::size_t, int>> all_spikes() const {
    const auto task = open();
    auto all = spikes_of(*task, 0, 0);
    for (const auto& more : {spikes_of(*task, 0, 1), spikes_of(*task, 1, 0)}) {
      all.insert(all.end(), more.begin(), more.end());
    }
    return all;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(recordings_are_encoded_once, Cached) {
  const auto spikes = all_spikes();
  BOOST_TEST(encodings() == 1U);
  BOOST_TEST((all_spikes() == spikes));
  BOOST_TEST(encodings() == 1U);
  BOOST_TEST(caches().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(of_four_processes_one_encodes_and_the_others_wait, Cached) {
  std::vector<Child> children;
  for (int i = 0; i < 4; ++i) children.push_back(start());
  for (Child& child : children) BOOST_TEST(child.wait() == 0);
  BOOST_TEST(encodings() == 1U);
  BOOST_TEST(count("waiting for what it keeps") == 3U);
  BOOST_TEST(caches().size() == 1U);  // the lock is gone
}

BOOST_FIXTURE_TEST_CASE(another_goes_on_for_a_process_that_was_killed, Cached) {
  Child first = start();
  while (encodings() == 0) usleep(1000);
  Child second = start();
  while (count("waiting for what it keeps") == 0) usleep(1000);
  ::kill(first.process, SIGKILL);
  first.wait();
  BOOST_TEST(second.wait() == 0);
  BOOST_TEST(encodings() == 2U);
  BOOST_TEST(caches().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(the_cache_may_be_elsewhere_or_off, Cached) {
  const fs::path other = cache() / "mine";
  open({{"cache_path", other.string()}});
  BOOST_TEST(!fs::is_empty(other));
  open({{"cache", false}});
  BOOST_TEST(caches().empty());
  BOOST_TEST(encodings() == 2U);
}

BOOST_FIXTURE_TEST_CASE(a_new_recording_or_setting_is_another_key, Cached) {
  open();
  open({{"duration_ms", 1000.0}});
  BOOST_TEST(encodings() == 2U);
  record("train/man/ab/2a.wav");  // the same name with another tone
  open();
  BOOST_TEST(encodings() == 3U);
  BOOST_TEST(caches().size() == 3U);
}

BOOST_FIXTURE_TEST_CASE(a_new_date_is_not_another_key, Cached) {
  open();
  fs::last_write_time(data() / "train/man/ae/1a.wav", fs::file_time_type::clock::now() + std::chrono::hours(1));
  open();
  BOOST_TEST(encodings() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_damaged_cache_is_never_trusted, Cached) {
  const auto spikes = all_spikes();
  const fs::path file = caches().at(0);
  const std::string sound = read_text(file);
  std::vector<std::string> damaged{"", "no HDF5", sound.substr(0, sound.size() / 2), sound.substr(0, sound.size() - 1)};
  std::mt19937_64 random(1);
  for (int i = 0; i < 40; ++i) {
    damaged.push_back(sound);
    damaged.back()[random() % sound.size()] ^= static_cast<char>(1U << (random() % 8));
  }
  for (const std::string& bytes : damaged) {
    write_text(file, bytes);
    BOOST_TEST((all_spikes() == spikes));
  }
  BOOST_TEST(encodings() >= 5U);  // the four torn ones at least; some bits of an HDF5 file hold nothing
  BOOST_TEST(logged().find("the recordings are encoded again") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_cache_of_other_recordings_is_never_trusted, Cached) {
  open();
  const fs::path first = caches().at(0);
  record("train/man/ab/2a.wav");
  const auto spikes = all_spikes();
  const auto files = caches();
  const fs::path second = files.at(files.at(0) == first ? 1 : 0);
  fs::copy_file(first, second, fs::copy_options::overwrite_existing);
  BOOST_TEST((all_spikes() == spikes));
  BOOST_TEST(logged().find("was made from other data") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_cache_that_cannot_be_written_is_a_warning, Cached) {
  write_text(cache(), "a file where the folder should be");
  BOOST_TEST(!all_spikes().empty());
  BOOST_TEST(logged().find("cannot make the directory") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(silence_has_no_spikes_and_is_kept, Cached) {
  const std::string silence = pcm_sphere(std::vector<std::int16_t>(1000)).bytes();
  write("train/man/ab/2a.wav", silence);
  write("test/man/ae/1b.wav", silence);
  for (int run = 0; run < 2; ++run) {
    const auto task = open();
    BOOST_TEST(spikes_of(*task, 0, 0).empty());  // of man/ab
    BOOST_TEST(!spikes_of(*task, 0, 1).empty());
    BOOST_TEST(spikes_of(*task, 1, 0).empty());
  }
  BOOST_TEST(encodings() == 1U);
}

BOOST_FIXTURE_TEST_CASE(nothing_but_silence_is_an_error, Cached) {
  const std::string silence = pcm_sphere(std::vector<std::int16_t>(1000)).bytes();
  for (const char* file : {"train/man/ae/1a.wav", "train/man/ab/2a.wav"}) write(file, silence);
  BOOST_CHECK_EXCEPTION(open(), DataError, Says({"no recording to train on has a spike within task.duration_ms"}));
}

BOOST_FIXTURE_TEST_CASE(spikes_after_the_duration_are_counted_and_told, Cached) {
  const std::uint64_t all = open()->info().events;
  BOOST_TEST(open()->info().events_lost == 0U);
  BOOST_TEST(all == all_spikes().size());
  for (int run = 0; run < 2; ++run) {  // the second one from the cache
    const auto task = open({{"duration_ms", 20.0}});
    std::uint64_t kept = 0;
    for (const auto& [split, index] : {std::pair{0U, 0U}, {0U, 1U}, {1U, 0U}})
      kept += spikes_of(*task, split, index).size();
    BOOST_TEST(task->info().events == all);
    BOOST_TEST(task->info().events_lost == all - kept);
    BOOST_TEST(kept < all);
    BOOST_TEST(logged().find("warning: " + std::to_string(all - kept) + " of " + std::to_string(all) +
                             " spikes never reach the network, as they come after task.duration_ms") !=
               std::string::npos);
  }
}
