// What the engine says of the CUDA module and of the device behind it, without either: the modules here are made for
// it.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <hetsyn/exceptions.hpp>
#include <string>

#include "backend/backend.hpp"
#include "backend/cuda/device/device_facts.hpp"
#include "backend/cuda/device/load_cublas.hpp"
#include "backend/cuda/load_module.hpp"
#include "base/error_text.hpp"

using namespace hetsyn;
using cuda::DeviceFacts;

namespace {

const std::filesystem::path kModules = HETSYN_FAKE_CUDA_MODULES;

std::string load_error(const std::filesystem::path& module) {
  try {
    cuda::load_module(module);
  } catch (const RunError& error) {
    return error.what();
  }
  return "none";
}

void check_says(const std::string& text, std::initializer_list<std::string> parts) {
  BOOST_TEST_CONTEXT(text) {
    for (const std::string& part : parts) BOOST_TEST(text.find(part) != std::string::npos, "it says " << part);
  }
}

const DeviceFacts kGood{.runtime_version = 13000,
                        .driver_version = 13010,
                        .error = 0,
                        .error_text = "no error",
                        .devices = 1,
                        .name = "Test device",
                        .compute_major = 9,
                        .compute_minor = 0,
                        .memory_bytes = std::size_t{80} << 30};

}  // namespace

BOOST_AUTO_TEST_SUITE(cuda_module)

BOOST_AUTO_TEST_CASE(a_device_that_works_is_described) {
  BOOST_TEST(why_unusable(kGood) == "");
  BOOST_TEST(description(kGood) ==
             "Test device, compute capability 9.0, 80.0 GiB, CUDA runtime 13.0, driver for CUDA 13.1");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_driver_or_device_is_said) {
  const auto says = [](const auto& spoil, std::initializer_list<std::string> parts) {
    DeviceFacts facts = kGood;
    spoil(facts);
    check_says(why_unusable(facts), parts);
  };
  says([](DeviceFacts& facts) { facts.driver_version = 0, facts.error = 35; }, {"no NVIDIA driver"});
  says([](DeviceFacts& facts) { facts.driver_version = 12020, facts.error = 35; }, {"too old", "12.2", "13.0"});
  says([](DeviceFacts& facts) { facts.devices = 0, facts.error = 100; }, {"sees no device"});
  says([](DeviceFacts& facts) { facts.devices = 0; }, {"sees no device"});
  says([](DeviceFacts& facts) { facts.error = 999, facts.error_text = "unknown error"; }, {"999", "unknown error"});
  says([](DeviceFacts& facts) { facts.compute_major = 7, facts.compute_minor = 5; }, {"Test device", "7.5", "8.0"});
}

BOOST_AUTO_TEST_CASE(modules_that_cannot_be_used_are_refused_with_file_and_reason) {
  const auto refused = [](const char* name, std::initializer_list<std::string> parts) {
    const std::filesystem::path path = kModules / name;
    const std::string error = load_error(path);
    check_says(error, {path.string()});
    check_says(error, parts);
  };
  refused("absent.so", {"does not exist", "built without CUDA"});
  refused("fake_other_interface.so", {"interface 4711", "takes " + std::to_string(cuda::kModule.expected.interface)});
  refused("fake_other_build.so", {"belongs to build 0.0.1", cuda::kModule.expected.build});
  refused("fake_without_entry.so", {"does not export hetsyn_cuda_module"});
  refused("fake_without_library.so", {"libhetsyn_gone.so.9", "cannot open shared object file"});
  const std::filesystem::path text = kModules / "no_library.so";
  std::ofstream(text) << "not a library";
  check_says(load_error(text), {text.string(), "cannot be loaded"});
  std::filesystem::permissions(text, std::filesystem::perms::others_write, std::filesystem::perm_options::add);
  check_says(load_error(text),
             {text.string() + " is not loaded: everyone can write to", "HETSYN_ALLOW_WRITABLE_PLUGINS=1"});
  std::filesystem::remove(text);
}

BOOST_AUTO_TEST_CASE(a_library_that_is_not_cublas_is_refused_with_file_and_reason) {
  const auto refused = [](const std::string& library, const std::string& expected) {
    BOOST_CHECK_EXCEPTION(cuda::load_cublas(library), RunError, [&](const RunError& error) {
      BOOST_TEST(error.what() == expected);
      return true;
    });
  };
  refused("libhetsyn_gone.so.9",
          "cannot be loaded: libhetsyn_gone.so.9: cannot open shared object file: No such file or directory");
  const std::string other = kModules / "fake_good.so";
  refused(other, "cannot be used: " + other + " does not export cublasGetProperty");
}

BOOST_AUTO_TEST_CASE(auto_takes_the_device_where_it_is_available) {
  ::setenv("HETSYN_CUDA_MODULE", (kModules / "fake_good.so").c_str(), 1);
  BOOST_TEST(cuda::unavailable() == "");
  BOOST_TEST(find_backend("auto").name == "cuda");
  BOOST_TEST(cuda::device_description().starts_with("Fake device"));
  BOOST_TEST(cuda::device_description().ends_with(", NCCL of the fake; cuBLAS of the fake"));
  BOOST_TEST(find_backend("cuda").memory({}, {}, {}).prepared_bytes == 42.0);  // the fake's
}

BOOST_AUTO_TEST_SUITE_END()
