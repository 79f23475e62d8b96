#include "common/speech/lyon_bsa/lyon_bsa.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>

#include "common/speech/lyon_bsa/bsa.hpp"

namespace hetsyn::tasks {
namespace {

double gain_of(const Biquad& filter, double frequency_hz, double rate_hz) {
  const auto z1 = std::polar(1.0, -2.0 * std::numbers::pi * frequency_hz / rate_hz);
  return std::abs((filter.b[0] + filter.b[1] * z1 + filter.b[2] * z1 * z1) /
                  (1.0 + filter.a[0] * z1 + filter.a[1] * z1 * z1));
}

std::vector<float> tone(double frequency_hz, double rate_hz, std::size_t samples) {
  std::vector<float> wave(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    wave[i] = static_cast<float>(std::sin(2.0 * std::numbers::pi * frequency_hz * static_cast<double>(i) / rate_hz));
  }
  return wave;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lyon_bsa)

BOOST_AUTO_TEST_CASE(the_rate_decides_the_number_of_channels) {
  BOOST_TEST(lyon_channels(12'500.0, {}) == 78u);  // the number of the literature on TI46
  BOOST_TEST(lyon_channels(16'000.0, {}) == 86u);  // 88 filters in the report, with the two of the outer ear
  BOOST_TEST(lyon_channels(20'000.0, {}) == 93u);
  BOOST_TEST(lyon_filters(16'000.0, {}).size() == 88u);
  BOOST_TEST(unit_count(LyonBsa{}) == 78u);
}

BOOST_AUTO_TEST_CASE(gains_of_the_filters) {
  const std::vector<Biquad> filters = lyon_filters(16'000.0, {});
  BOOST_TEST(std::abs(gain_of(filters[0], 4'000.0, 16'000.0) - 1.0) < 1e-12);
  BOOST_TEST(std::abs(gain_of(filters[1], 4'000.0, 16'000.0) - 1.0) < 1e-12);
  // Each stage passes what is far below it, amplified by the ratio of its neighbours' frequencies: slightly above 1.
  for (std::size_t i = 2; i < filters.size(); ++i) {
    const double gain = gain_of(filters[i], 0.0, 16'000.0);
    BOOST_TEST(gain > 1.0);
    BOOST_TEST(gain < 1.5);
  }
}

BOOST_AUTO_TEST_CASE(a_low_tone_moves_a_later_channel) {
  const auto busiest = [](double frequency_hz) {
    const Grid rates = lyon_passive_ear(tone(frequency_hz, 16'000.0, 3'200), 16'000.0, 16, {});
    BOOST_TEST(rates.rows == 200u);
    const std::span<const float> last = rates.row(rates.rows - 1);
    return std::distance(last.begin(), std::ranges::max_element(last));
  };
  BOOST_TEST(busiest(4'000.0) < busiest(1'000.0));
  BOOST_TEST(busiest(1'000.0) < busiest(250.0));
}

BOOST_AUTO_TEST_CASE(the_response_of_the_spikes_approximates_the_signal) {
  const std::vector<float> response = exponential_response(4.0, 1.0, 1.0);
  BOOST_TEST(std::abs(std::accumulate(response.begin(), response.end(), 0.0F) - 1.0F) < 1e-5F);
  Grid signal(400, 1);
  for (std::size_t step = 0; step < signal.rows; ++step) {
    signal.values[step] = 0.5F - 0.4F * std::cos(2.0F * std::numbers::pi_v<float> * static_cast<float>(step) / 200.0F);
  }
  Grid decoded(400, 1);
  for (const StepSpike& spike : bsa(signal, response, 0.955F)) {
    for (std::size_t i = 0; i < response.size() && spike.step + i < decoded.rows; ++i) {
      decoded.values[spike.step + i] += response[i];
    }
  }
  double error = 0.0, size = 0.0;
  for (std::size_t step = 40; step < 360; ++step) {  // without the ends, which only part of the response can fill
    error += std::abs(static_cast<double>(decoded.values[step] - signal.values[step]));
    size += static_cast<double>(signal.values[step]);
  }
  // Spikes are whole: at 0.1 to 0.9 spikes per step and a response of some 5 steps, ripples of about a tenth remain.
  BOOST_TEST(error / size < 0.15);
}

BOOST_AUTO_TEST_CASE(odd_recordings) {
  BOOST_TEST(encode({std::vector<float>(5'000), 12'500.0}, LyonBsa{}).empty());
  BOOST_TEST(encode({{0.5F}, 12'500.0}, LyonBsa{}).empty());
  BOOST_TEST(encode({{}, 12'500.0}, LyonBsa{}).empty());
}

BOOST_AUTO_TEST_CASE(description_tells_settings_apart) {
  LyonBsa settings;
  const std::string standard = describe(settings);
  settings.design.step_factor = 0.26;
  BOOST_TEST(describe(settings) != standard);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace hetsyn::tasks
