// task.binning = "paper" against NumPy, on every time of half precision from 0 to 2 s.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <sstream>

#include "shd/binning.hpp"

using namespace hetsyn::tasks;

namespace {

/// The number that a pattern of half precision stands for.
double half_value(std::uint32_t pattern) {
  const int exponent = static_cast<int>(pattern >> 10 & 31U);
  const double fraction = (pattern & 1023U) / 1024.0;
  const double size = exponent == 0 ? std::ldexp(fraction, -14) : std::ldexp(1.0 + fraction, exponent - 15);
  return pattern >> 15 == 0 ? size : -size;
}

struct Bins {
  double bin_ms = 0.0;
  std::vector<std::uint32_t> last;  ///< pattern in each
};

std::vector<Bins> published_bins() {
  std::vector<Bins> all;
  std::ifstream in(std::string(HETSYN_GOLDEN_DATA) + "/shd/paper_binning.txt");
  for (std::string line; std::getline(in, line);) {
    std::istringstream numbers(line);
    Bins& bins = all.emplace_back();
    numbers >> bins.bin_ms;
    for (std::uint32_t pattern = 0; numbers >> pattern;) bins.last.push_back(pattern);
  }
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shd_binning)

BOOST_AUTO_TEST_CASE(half_precision_is_binned_as_published) {
  const std::vector<Bins> published = published_bins();
  BOOST_TEST_REQUIRE(published.size() == 4U);
  for (const Bins& bins : published) {
    const auto steps = static_cast<std::uint32_t>(bins.last.size());
    const Binning binning(Binning::Kind::paper, TimeType::half, bins.bin_ms, 1.0, steps);
    std::size_t wrong = 0;
    std::uint32_t step = 0;
    for (std::uint32_t pattern = 0; pattern <= 0x4000; ++pattern) {
      while (step < steps && pattern > bins.last[step]) ++step;
      const auto found = binning.step(half_value(pattern));
      wrong += found.value_or(steps) == step ? 0U : 1U;
    }
    BOOST_TEST(wrong == 0U, "bins of " << bins.bin_ms << " ms: " << wrong << " times in another bin");
    BOOST_TEST(binning.step(-0.25).value() == 0U);
  }
}

BOOST_AUTO_TEST_CASE(every_pattern_is_its_own_nearest_number) {
  for (std::uint32_t pattern = 0; pattern < 65536; ++pattern) {
    if ((pattern >> 10 & 31U) == 31U) continue;  // not finite
    BOOST_TEST(round_to_half(half_value(pattern)) == half_value(pattern));
  }
  BOOST_TEST(round_to_half(1.0 + 0x1p-11) == 1.0);           // halfway: to the even one
  BOOST_TEST(round_to_half(1.0 + 0x3p-11) == 1.0 + 0x1p-9);  // halfway, upwards
  BOOST_TEST(round_to_half(0x1p-25) == 0.0);                 // halfway to the smallest
  BOOST_TEST(round_to_half(0x1.8p-25) == 0x1p-24);           // subnormal
  BOOST_TEST(round_to_half(65519.0) == 65504.0);             // the largest
  BOOST_TEST(std::isinf(round_to_half(65520.0)));
}

BOOST_AUTO_TEST_SUITE_END()
