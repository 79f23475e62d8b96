// The ranges that a profiler sees of a run, on the cpu as on a device; range_log.c is the profiler.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string>

#include "cli/program.hpp"

using namespace hetsyn::test;

namespace {

/// Takes all occurrences of `part` out of `text` and counts them.
int take_out(std::string& text, const std::string& part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at)) {
    text.erase(at, part.size());
    ++count;
  }
  return count;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_stages_of_a_run_are_ranges) {
  const TemporaryDirectory temporary;
  ::setenv("NVTX_INJECTION64_PATH", HETSYN_RANGE_LOG_LIBRARY, 1);
  ::setenv("HETSYN_RANGE_LOG", (temporary / "ranges.txt").c_str(), 1);
  const Outcome outcome = run_engine(with(small_run("run"), {"--device", "cpu"}), temporary.path());
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  std::string ranges = read_text(temporary / "ranges.txt");
  BOOST_TEST(take_out(ranges, "step data . forward . loss . backward . metrics . reduce . update . . ") == 24);
  BOOST_TEST(take_out(ranges, "evaluation . ") > 0);
  BOOST_TEST(ranges.empty(), "besides: " << ranges);
}
