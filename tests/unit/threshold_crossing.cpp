#include "common/speech/threshold_crossing/threshold_crossing.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <string>

#include "common/speech/threshold_crossing/mel.hpp"

namespace hetsyn::tasks {
namespace {

/// One channel that rises to 1 and falls.
Grid one_channel(const std::vector<float>& values) {
  Grid energy(values.size(), 1);
  energy.values = values;
  return energy;
}

Audio tone(double frequency_hz, double rate_hz, double duration_s) {
  Audio audio{{}, rate_hz};
  for (double n = 0; n < duration_s * rate_hz; ++n) {
    audio.samples.push_back(static_cast<float>(0.1 * std::sin(2 * std::numbers::pi * frequency_hz * n / rate_hz)));
  }
  return audio;
}

std::vector<std::uint32_t> units_at(const std::vector<StepSpike>& spikes, std::uint32_t step) {
  std::vector<std::uint32_t> units;
  for (const StepSpike& spike : spikes) {
    if (spike.step == step) units.push_back(spike.unit);
  }
  return units;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(threshold_crossing)

BOOST_AUTO_TEST_CASE(units_of_a_rise_and_a_fall) {
  // 0.5 is above 0.01 and 1/15 … 7/15; 2 is the maximum, so thresholds double.
  const std::vector<StepSpike> spikes = cross_thresholds(one_channel({0.0F, 1.0F, 2.0F, 1.0F, 0.0F}));
  BOOST_TEST(units_at(spikes, 0).empty());
  BOOST_TEST(units_at(spikes, 1) == (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6, 7}),
             boost::test_tools::per_element());
  BOOST_TEST(units_at(spikes, 2) == (std::vector<std::uint32_t>{8, 9, 10, 11, 12, 13, 14, 30}),
             boost::test_tools::per_element());
  BOOST_TEST(units_at(spikes, 3) == (std::vector<std::uint32_t>{23, 24, 25, 26, 27, 28, 29}),
             boost::test_tools::per_element());
  BOOST_TEST(units_at(spikes, 4) == (std::vector<std::uint32_t>{15, 16, 17, 18, 19, 20, 21, 22}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_plateau_has_one_maximum_and_a_loud_start_has_onsets) {
  const std::vector<StepSpike> spikes = cross_thresholds(one_channel({3.0F, 3.0F, 3.0F}));
  BOOST_TEST(spikes.size() == 16u);
  BOOST_TEST(units_at(spikes, 0).size() == 16u);
}

BOOST_AUTO_TEST_CASE(silence_has_no_spikes) {
  BOOST_TEST(cross_thresholds(one_channel({0.0F, 0.0F})).empty());
  BOOST_TEST(cross_thresholds(Grid(0, 16)).empty());
  BOOST_TEST(encode({std::vector<float>(8000), 16'000.0}, ThresholdCrossing{}).empty());
  BOOST_TEST(encode({{}, 16'000.0}, ThresholdCrossing{}).empty());
}

BOOST_AUTO_TEST_CASE(loudness_changes_nothing) {
  const Audio loud = tone(1000.0, 16'000.0, 0.3);
  Audio quiet = loud;
  for (float& sample : quiet.samples) sample *= 0x1p-10F;  // a power of two, so that every digit stays
  BOOST_TEST((encode(loud, ThresholdCrossing{}) == encode(quiet, ThresholdCrossing{})));
}

BOOST_AUTO_TEST_CASE(a_tone_is_loudest_in_its_channel_at_any_rate) {
  // Corners are 139.7 mel apart from 464 mel (360 Hz) on, and 1 kHz is 1000 mel: nearest the peak of channel 3 (1023).
  for (const double rate_hz : {8'000.0, 12'500.0, 16'000.0, 20'000.0}) {
    const Grid energy = log_mel_energy(tone(1000.0, rate_hz, 0.3), ThresholdCrossing{});
    BOOST_TEST(energy.rows == 30u);
    const std::span<const float> middle = energy.row(15);
    BOOST_TEST(std::distance(middle.begin(), std::ranges::max_element(middle)) == 3);
  }
}

BOOST_AUTO_TEST_CASE(late_spikes_are_left_out) {
  ThresholdCrossing settings;
  const std::vector<StepSpike> all = encode(tone(1000.0, 16'000.0, 0.3), settings);
  settings.steps = 10;
  const std::vector<StepSpike> early = encode(tone(1000.0, 16'000.0, 0.3), settings);
  BOOST_TEST(all.back().step >= 10u);
  BOOST_TEST(early.back().step < 10u);
  BOOST_TEST(std::equal(early.begin(), early.end(), all.begin()));
}

BOOST_AUTO_TEST_CASE(filters_overlap_to_a_sum_of_one) {
  const Grid filters = mel_filters(16, 512, 16'000.0, 360.0, 8'000.0);
  // Between the first and the last peak, each bin lies on one falling and one rising flank.
  for (std::size_t bin = 17; bin < 220; ++bin) {
    float sum = 0.0F;
    for (std::size_t channel = 0; channel < filters.rows; ++channel) sum += filters.row(channel)[bin];
    BOOST_TEST(std::abs(sum - 1.0F) < 1e-6F);  // two roundings to float32
  }
}

BOOST_AUTO_TEST_CASE(description_tells_settings_apart) {
  ThresholdCrossing settings;
  const std::string standard = describe(settings);
  settings.smoothing_ms = 10.1;
  BOOST_TEST(describe(settings) != standard);
  BOOST_TEST(unit_count(settings) == 496u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace hetsyn::tasks
