// How the program chooses a device and what it says of one that it cannot use. The modules are made up, see
// tests/unit/fake_cuda_module.cpp.
#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "cli/program.hpp"

using namespace hetsyn::test;

namespace {

Outcome run_with_module(const std::string& module, const std::vector<std::string>& arguments) {
  const TemporaryDirectory directory;
  ::setenv("HETSYN_CUDA_MODULE", (std::filesystem::path(HETSYN_FAKE_CUDA_MODULES) / module).c_str(), 1);
  return run_engine(arguments, directory.path());
}

Outcome dry_run(const std::string& module, const std::string& device) {
  return run_with_module(module, with(small_run("run"), {"--dry-run", "--device", device}));
}

void check_says(const std::string& text, const std::string& part) {
  BOOST_TEST(text.find(part) != std::string::npos, text << "says: " << part);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(device)

BOOST_AUTO_TEST_CASE(the_doctor_describes_the_device_or_says_why_there_is_none) {
  const Outcome good = run_with_module("fake_good.so", {"doctor"});
  BOOST_TEST(good.exit_code == 0);
  check_says(good.out, "Fake device, compute capability 8.6, 24.0 GiB, CUDA runtime 13.0, driver for CUDA 13.0");
  check_says(good.out, "; cuBLAS of the fake");
  const Outcome old = run_with_module("fake_old_driver.so", {"doctor"});
  BOOST_TEST(old.exit_code == 0);
  check_says(old.out, "cuda: float32, on an NVIDIA device; not available: the NVIDIA driver is too old");
  check_says(run_with_module("absent.so", {"doctor"}).out, "absent.so does not exist");
}

BOOST_AUTO_TEST_CASE(auto_takes_the_cpu_where_there_is_no_device) {
  const Outcome outcome = dry_run("fake_old_driver.so", "auto");
  BOOST_TEST(outcome.exit_code == 0);
  check_says(outcome.out, "device cpu");
  check_says(dry_run("fake_good.so", "auto").out, "device cuda");
}

BOOST_AUTO_TEST_CASE(a_device_that_is_asked_for_and_not_there_ends_the_run) {
  const Outcome outcome = run_with_module("fake_old_driver.so", with(small_run("run"), {"--device", "cuda"}));
  BOOST_TEST(outcome.exit_code == 1);
  check_says(outcome.err, "device \"cuda\" cannot be used: the NVIDIA driver is too old");
}

BOOST_AUTO_TEST_CASE(the_cpu_needs_no_module) {
  BOOST_TEST(dry_run("fake_crash.so", "auto").signal == SIGABRT);  // it does crash where it is loaded
  const Outcome outcome = dry_run("fake_crash.so", "cpu");
  BOOST_TEST(outcome.exit_code == 0);
  check_says(outcome.out, "device cpu");
}

BOOST_AUTO_TEST_SUITE_END()
