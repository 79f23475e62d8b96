// What the module says of the toolkit's cuBLAS: it is opened without a driver and has every function that is used, or
// it is absent and the module says so. HETSYN_CUBLAS may name a library that is not there. Skipped where cuBLAS is
// absent.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <regex>
#include <string>

#include "backend/cuda/load_module.hpp"

using namespace hetsyn;

namespace {

constexpr int kSkipped = 77;  // SKIP_RETURN_CODE

std::string description() { return cuda::load_module(HETSYN_CUDA_MODULE).cublas(); }

}  // namespace

BOOST_AUTO_TEST_CASE(the_module_says_whether_it_has_cublas) {
  if (const char* const other = std::getenv("HETSYN_CUBLAS"); other != nullptr) {
    BOOST_TEST(description() == fmt::format("cuBLAS cannot be loaded: {}: cannot open shared object file: No such file "
                                            "or directory; models with shared decays use the event kernels",
                                            other));
    return;
  }
  if (description().find("cannot open shared object file") != std::string::npos) {
    fmt::print("skipped: {}\n", description());
    std::exit(kSkipped);
  }
  static const std::regex kSays(R"(cuBLAS \d+\.\d+\.\d+, for models with shared decays)");
  BOOST_TEST(std::regex_match(description(), kSays), description());
}
