// Threads that do not meet are reported with the places where they wait.
#include <boost/test/unit_test.hpp>
#include <string>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/emulation/grid.hpp"
#include "backend/cuda/kernels/simt.hpp"

using namespace hetsyn;
using namespace hetsyn::cuda;

namespace {

enum class Fault { none, two_barriers, half_in_a_warp, warp_has_ended, block_has_ended, two_warp_operations };

constexpr unsigned kFirstLine = __LINE__ + 3;
/// Lines are counted from kFirstLine on.
HETSYN_KERNEL meet(Fault fault) {
  const bool odd = threadIdx.x % 2 == 1;
  switch (fault) {
    case Fault::none: break;
    case Fault::two_barriers:
      if (odd) {
        sync_block();  // + 5
      } else {
        sync_block();  // + 7
      }
      break;
    case Fault::half_in_a_warp:
      if (odd) {
        sync_warp();  // + 12
      } else {
        sync_block();  // + 14
      }
      break;
    case Fault::warp_has_ended:
      if (odd) return;
      sync_warp();  // + 19
      break;
    case Fault::block_has_ended:
      if (odd) return;
      sync_block();  // no fault: ended threads do not count
      break;
    case Fault::two_warp_operations:
      if (odd) {
        sync_warp();  // + 27
      } else {
        ballot(true);  // + 29
      }
      break;
  }
  sync_block();
}

void run(Fault fault) {
  Stream stream;
  launch(&meet, {.grid = {2}, .block = {64}}, stream, fault);
  stream.synchronize();
}

std::string report(Fault fault) {
  try {
    run(fault);
  } catch (const simt::Divergence& error) {
    return error.what();
  }
  return "none";
}

std::string line(unsigned offset) { return "divergence.cpp:" + std::to_string(kFirstLine + offset); }

void check_report(Fault fault, std::initializer_list<std::string> parts) {
  const std::string text = report(fault);
  BOOST_TEST_CONTEXT(text) {
    for (const std::string& part : parts) BOOST_TEST(text.find(part) != std::string::npos, "it says " << part);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(divergence)

BOOST_AUTO_TEST_CASE(barriers_that_not_all_reach_are_reported) {
  check_report(Fault::two_barriers, {"block (0, 0, 0)", "32 wait for the block at", line(5), line(7)});
  check_report(Fault::half_in_a_warp, {"32 wait for their warp at", line(12), "32 wait for the block at", line(14)});
  check_report(Fault::warp_has_ended, {"32 have ended", "32 wait for their warp at", line(19)});
  check_report(Fault::two_warp_operations, {"for their warp at", line(27), line(29)});
}

BOOST_AUTO_TEST_CASE(threads_that_have_ended_do_not_count) { BOOST_TEST(report(Fault::block_has_ended) == "none"); }

BOOST_AUTO_TEST_CASE(the_next_kernel_runs_as_ever) {
  BOOST_CHECK_THROW(run(Fault::two_barriers), simt::Divergence);
  BOOST_TEST(report(Fault::none) == "none");
}

BOOST_AUTO_TEST_CASE(shapes_that_no_device_takes_are_refused) {
  Stream stream;
  const auto refused = [&](const LaunchShape& shape) {
    BOOST_CHECK_THROW(launch(&meet, shape, stream, Fault::none), RunError);
  };
  refused({.grid = {0}, .block = {32}});
  refused({.grid = {1, 65536}, .block = {32}});
  refused({.grid = {1}, .block = {0}});
  refused({.grid = {1}, .block = {33}});
  refused({.grid = {1}, .block = {1056}});
  refused({.grid = {1}, .block = {32}, .shared_bytes = device_limits().shared_bytes_per_block + 1});
}

BOOST_AUTO_TEST_SUITE_END()
