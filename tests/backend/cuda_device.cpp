// The shared bodies on a real device. Where there is none the tests are skipped, with the reason.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <limits>

#include "backend/under_test.hpp"

namespace hetsyn::test {
namespace {

constexpr int kSkipped = 77;  // SKIP_RETURN_CODE

struct RequireDevice {
  RequireDevice() {
    const std::string unavailable = find_backend("cuda").unavailable();
    if (unavailable.empty()) return;
    fmt::print("skipped: {}\n", unavailable);
    std::exit(kSkipped);
  }
};
BOOST_TEST_GLOBAL_FIXTURE(RequireDevice);

}  // namespace

const std::vector<Variant>& variants() {
  static const std::vector<Variant> table{{"cuda", find_backend("cuda"), {}}};
  return table;
}

std::size_t most_neuron_steps() { return std::numeric_limits<std::size_t>::max(); }

}  // namespace hetsyn::test
