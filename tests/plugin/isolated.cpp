#include "common/files/isolated.hpp"

#include <atomic>
#include <hetsyn/error.hpp>
#include <thread>

#include "plugin/support.hpp"

using namespace hetsyn::tasks;
using hetsyn::sdk::TaskError;
using hetsyn::test::Says;

namespace {

struct Numbers {
  std::vector<std::uint32_t> values;
  std::uint64_t last = 0;

  static Numbers receive(Channel& channel) {
    Numbers numbers;
    numbers.values = channel.get_vector<std::uint32_t>();
    numbers.last = channel.get_number();
    return numbers;
  }
};

Numbers read_by(const std::string& reader) { return read_isolated<Numbers>(reader, "any.h5", HETSYN_MISREADERS); }

}  // namespace

BOOST_AUTO_TEST_CASE(what_a_reader_reads_arrives) {
  const Numbers numbers = read_by("numbers");
  BOOST_TEST((numbers.values == std::vector<std::uint32_t>(1000000, 7)));
  BOOST_TEST(numbers.last == 9U);
}

BOOST_AUTO_TEST_CASE(a_reader_that_fails_is_an_error_with_the_file) {
  const std::vector<std::pair<std::string, std::string>> ends{
      {"throws", "any.h5 is torn"},
      {"crashes", "any.h5: is damaged: HDF5 crashes on it"},
      {"exits", "any.h5: the process that read it ended before its time"},
      {"interrupted", "any.h5: reading it was interrupted"},
      {"large", "any.h5: "},  // does not fit into memory; a sanitizer ends the reader where the system refuses memory
      {"slow", "any.h5: is damaged: HDF5 does not come to an end with it"},
      {"unknown", "any.h5: the process that read it ended before its time"},
  };
  for (const auto& [reader, message] : ends) {
    BOOST_TEST_CONTEXT(reader) { BOOST_CHECK_EXCEPTION(read_by(reader), TaskError, Says({message})); }
  }
  BOOST_CHECK_EXCEPTION(read_isolated<Numbers>("numbers", "any.h5", "/no/such/program"), TaskError,
                        Says({"any.h5: cannot be read: cannot start /no/such/program: No such file or directory"}));
}

/// A task may be opened while threads are at work.
BOOST_AUTO_TEST_CASE(several_threads_read_at_once) {
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads(8);
    for (std::jthread& thread : threads) {
      thread = std::jthread([&] { good += read_by("numbers").last == 9U ? 1 : 0; });
    }
  }
  BOOST_TEST(good == 8);
}
