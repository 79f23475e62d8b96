#include "common/isolated.hpp"

#include <csignal>
#include <hetsyn/error.hpp>
#include <stdexcept>

#include "plugin/support.hpp"

using namespace hetsyn::tasks;
using hetsyn::sdk::TaskError;
using hetsyn::test::Says;

namespace {

struct Numbers {
  std::vector<std::uint32_t> values;
  std::uint64_t last = 0;

  void send(Channel& channel) const {
    channel.put(values);
    channel.put(last);
  }
  static Numbers receive(Channel& channel) {
    Numbers numbers;
    numbers.values = channel.get_vector<std::uint32_t>();
    numbers.last = channel.get_number();
    return numbers;
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(what_a_child_reads_arrives) {
  const auto read = [](const std::filesystem::path& /*file*/) {
    return Numbers{std::vector<std::uint32_t>(1000000, 7), 9};  // more than a pipe holds
  };
  const Numbers numbers = read_isolated<Numbers>("any", read);
  BOOST_TEST((numbers.values == std::vector<std::uint32_t>(1000000, 7)));
  BOOST_TEST(numbers.last == 9U);
}

BOOST_AUTO_TEST_CASE(what_a_child_throws_arrives) {
  const auto read = [](const std::filesystem::path& file) -> Numbers {
    throw std::runtime_error(file.string() + " is torn");
  };
  BOOST_CHECK_EXCEPTION(read_isolated<Numbers>("any.h5", read), TaskError, Says({"any.h5 is torn"}));
}

BOOST_AUTO_TEST_CASE(a_child_that_crashes_is_an_error) {
  const auto read = [](const std::filesystem::path& /*file*/) {
    raise(SIGSEGV);
    return Numbers{};
  };
  BOOST_CHECK_EXCEPTION(read_isolated<Numbers>("any.h5", read), TaskError, Says({"any.h5: is damaged: HDF5 crashes"}));
}

BOOST_AUTO_TEST_CASE(a_child_that_uses_up_its_time_is_an_error) {
  const auto read = [](const std::filesystem::path& /*file*/) {
    raise(SIGXCPU);  // as the system does then
    return Numbers{};
  };
  BOOST_CHECK_EXCEPTION(read_isolated<Numbers>("any.h5", read), TaskError, Says({"does not come to an end"}));
}

BOOST_AUTO_TEST_CASE(a_child_that_takes_more_memory_than_a_file_needs_is_an_error) {
  const auto read = [](const std::filesystem::path& /*file*/) {
    return Numbers{std::vector<std::uint32_t>(std::size_t{1} << 30, 7), 9};
  };
  // A sanitizer ends the child where the system refuses memory.
  BOOST_CHECK_EXCEPTION(read_isolated<Numbers>("any.h5", read), TaskError, Says({"any.h5: "}));
}
