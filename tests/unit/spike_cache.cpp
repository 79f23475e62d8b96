// The file of encoded recordings under several processes.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <hetsyn/error.hpp>
#include <iterator>

#include "common/words/spike_cache.hpp"
#include "support/temporary_directory.hpp"

using namespace hetsyn::tasks;
using hetsyn::Digest;
using hetsyn::test::TemporaryDirectory;

namespace {

constexpr int kWrites = 20;

EncodedWords some_words() {
  EncodedWords words;
  words.offsets = {0, 3, 3, 5000};
  for (std::uint16_t i = 0; i < 5000; ++i) {
    words.step.push_back(i);
    words.unit.push_back(static_cast<std::uint16_t>(i % 500));
  }
  return words;
}

const Digest kKey{1, 2, 3, 255};

/// A process that writes the file over and over.
pid_t start_writer(const std::filesystem::path& file) {
  const pid_t child = fork();
  if (child != 0) return child;
  try {
    for (int i = 0; i < kWrites; ++i) write_spike_cache(file, kKey, some_words());
  } catch (...) {
    _exit(1);
  }
  _exit(0);
}

/// Waits for a child and says whether all went well with it.
bool ends_well(pid_t child) {
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_written_is_read) {
  const TemporaryDirectory folder;
  const std::filesystem::path file = folder / "deep/cache.h5";
  write_spike_cache(file, kKey, some_words());
  BOOST_TEST((read_spike_cache(file, kKey) == some_words()));
  BOOST_CHECK_THROW(read_spike_cache(file, Digest{}), hetsyn::sdk::TaskError);
}

BOOST_AUTO_TEST_CASE(nothing_at_all_is_written_and_read) {
  const TemporaryDirectory folder;
  write_spike_cache(folder / "cache.h5", kKey, {});
  BOOST_TEST((read_spike_cache(folder / "cache.h5", kKey) == EncodedWords()));
}

BOOST_AUTO_TEST_CASE(readers_never_see_half_of_what_others_write) {
  const TemporaryDirectory folder;
  const std::filesystem::path file = folder / "cache.h5";
  write_spike_cache(file, kKey, some_words());
  const std::array<pid_t, 2> writers{start_writer(file), start_writer(file)};
  for (int i = 0; i < kWrites; ++i) BOOST_TEST((read_spike_cache(file, kKey) == some_words()));
  for (const pid_t writer : writers) BOOST_TEST(ends_well(writer));
  const auto files = std::filesystem::directory_iterator(folder.path());
  BOOST_TEST(std::distance(begin(files), end(files)) == 1);  // no unfinished file is left
}
