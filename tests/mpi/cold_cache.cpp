// Ranks that find no encoded recordings: one of them encodes, the others wait for its file.
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstring>

#include "mpi/ranks.hpp"
#include "support/audio_files.hpp"

using namespace hetsyn;
using namespace hetsyn::test;

namespace {

namespace fs = std::filesystem;

/// A tone of 50 ms for each of two digits, in the folders of TIDIGITS.
void write_corpus(const fs::path& folder) {
  double pitch_hz = 500.0;
  for (const std::string speaker : {"train/man/ab", "train/woman/cd", "train/man/ef", "test/man/gh"}) {
    fs::create_directories(folder / speaker);
    for (const std::string name : {"1a.wav", "2a.wav"}) {
      write_text(folder / speaker / name, pcm_sphere(tone(1000, 20'000.0, pitch_hz += 100.0)).bytes());
    }
  }
}

/// Counts the files that are given their final name in a folder.
class RenamesInto {
 public:
  explicit RenamesInto(const fs::path& folder) : events_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    BOOST_TEST_REQUIRE(::inotify_add_watch(events_, folder.c_str(), IN_MOVED_TO) >= 0);
  }
  ~RenamesInto() { ::close(events_); }
  RenamesInto(const RenamesInto&) = delete;
  RenamesInto& operator=(const RenamesInto&) = delete;

  /// Since the last call.
  [[nodiscard]] int count() const {
    alignas(inotify_event) std::array<char, 65536> buffer{};
    const ssize_t size = ::read(events_, buffer.data(), buffer.size());
    int renames = 0;
    for (ssize_t at = 0; at < size; ++renames) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
    return renames;
  }

 private:
  int events_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(ranks_with_a_cold_cache_encode_a_corpus_once) {
  const TemporaryDirectory temporary;
  write_corpus(temporary / "corpus");
  const fs::path cache = temporary / "cache";
  fs::create_directories(cache / "hetsyn" / "spikes");
  const RenamesInto renames(cache / "hetsyn" / "spikes");
  std::vector<std::string> launcher{"/usr/bin/env", "XDG_CACHE_HOME=" + cache.string()};
  for (const std::string& word : mpirun(4)) launcher.push_back(word);
  const std::vector<std::string> arguments{"--task",
                                           "tidigits",
                                           "--out",
                                           "run",
                                           "--force",
                                           "--threads",
                                           "1",
                                           "--set",
                                           "task.path=" + (temporary / "corpus").string(),
                                           "--set",
                                           "train.validation_fraction=0.34",
                                           "--set",
                                           "train.epochs=1",
                                           "--set",
                                           "model.hidden=[4]"};
  for (const int expected : {1, 0}) {  // and then the file is there
    const Outcome outcome = Program(arguments, temporary.path(), launcher).wait();
    BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
    BOOST_TEST(renames.count() == expected);
  }
}
