#pragma once
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "common/speech/audio/audio.hpp"
#include "common/speech/spikes.hpp"
#include "golden/golden_file.hpp"

/// The encoders against files that the plain NumPy implementations beside this header wrote.
namespace hetsyn::test {

inline std::filesystem::path speech_file(const std::string& name) {
  return std::filesystem::path(HETSYN_GOLDEN_DATA) / "speech" / (name + ".h5");
}

inline tasks::Audio audio_of(const GoldenFile& file) {
  return {file.read<float>("audio"), file.description().at("rate_hz").get<double>()};
}

/// Every value within `tolerance` times the largest magnitude of the expected ones.
inline void check_close(const std::vector<float>& values, const std::vector<float>& expected, float tolerance) {
  BOOST_TEST_REQUIRE(values.size() == expected.size());
  float scale = 0.0F, worst = 0.0F;
  for (std::size_t i = 0; i < values.size(); ++i) {
    scale = std::max(scale, std::abs(expected[i]));
    const float difference = std::abs(values[i] - expected[i]);
    worst = difference <= worst ? worst : difference;  // not a number counts as worst
  }
  BOOST_TEST(scale > 0.0F);
  BOOST_TEST(worst <= tolerance * scale, "off by " << worst / scale << " of the largest value");
}

/// `expected` is [n, 2] of (step, unit).
inline void check_spikes(const std::vector<tasks::StepSpike>& spikes, const std::vector<std::uint16_t>& expected) {
  std::vector<std::uint16_t> flat;
  for (const tasks::StepSpike& spike : spikes) {
    flat.push_back(static_cast<std::uint16_t>(spike.step));
    flat.push_back(static_cast<std::uint16_t>(spike.unit));
  }
  BOOST_TEST(!expected.empty());
  BOOST_TEST(flat == expected, boost::test_tools::per_element());
}

}  // namespace hetsyn::test
