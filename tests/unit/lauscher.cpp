#include "common/speech/lauscher/lauscher.hpp"

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <hetsyn/error.hpp>
#include <numbers>
#include <random>

#include "common/speech/lauscher/auditory_nerve.hpp"
#include "common/speech/lauscher/hankel.hpp"
#include "common/speech/lauscher/philox.hpp"

namespace hetsyn::tasks {
namespace {

constexpr std::size_t kRefractorySteps = 24;  // 1 ms

/// How often 0, 1, 2 … of 40 fibres spiked in the same step.
using Histogram = std::array<double, kFibres + 1>;

/// A probability that rises and falls from step to step and differs between lanes.
float excitation(std::size_t step, std::size_t lane) {
  const double wave = 1.0 + std::sin(0.05 * static_cast<double>(step));
  return static_cast<float>(0.002 + 0.05 * wave * static_cast<double>(lane) / kLanes);
}

/// 40 fibres per lane, each drawn by itself.
Histogram single_fibres(std::size_t steps, std::mt19937& engine) {
  std::uniform_real_distribution<float> uniform;
  Histogram histogram{};
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    std::array<std::size_t, kFibres> may_spike_from{};
    for (std::size_t step = 0; step < steps; ++step) {
      std::size_t spikes = 0;
      for (std::size_t& from : may_spike_from) {
        if (!(uniform(engine) < excitation(step, lane)) || step < from) continue;
        from = step + kRefractorySteps;
        ++spikes;
      }
      ++histogram[spikes];
    }
  }
  return histogram;
}

LaneSeries fibres_at_once(std::size_t steps, std::uint64_t seed) {
  LaneSeries series(steps);
  for (std::size_t step = 0; step < steps; ++step) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) series[step][lane] = excitation(step, lane);
  }
  draw_fibre_spikes(series, kLauscherStep, {seed, 0, 0});
  return series;
}

Audio noise(std::size_t samples, double rate_hz) {
  std::mt19937 engine(1);
  std::normal_distribution<float> normal(0.0F, 0.1F);
  Audio audio{std::vector<float>(samples), rate_hz};
  std::ranges::generate(audio.samples, [&] { return normal(engine); });
  return audio;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lauscher)

BOOST_AUTO_TEST_CASE(philox_gives_the_published_numbers) {
  // Known answers of Random123: counter and key zero, and all bits set.
  const std::array<LaneBits, 4> zero = LanePhilox{0, 0, 0}(0);
  BOOST_TEST(zero[0][0] == 0x6627E8D5U);
  BOOST_TEST(zero[1][0] == 0xE169C58DU);
  BOOST_TEST(zero[2][0] == 0xBC57AC4CU);
  BOOST_TEST(zero[3][0] == 0x9B00DBD8U);
  const std::array<LaneBits, 4> ones = LanePhilox{~0ULL, ~0ULL, 0xFFFFFFFFU - 5}(0xFFFFFFFFU);
  BOOST_TEST(ones[0][5] == 0x408F276DU);
  BOOST_TEST(ones[1][5] == 0x41C83B0EU);
  BOOST_TEST(ones[2][5] == 0xA20BC7C6U);
  BOOST_TEST(ones[3][5] == 0x6D5451FDU);
}

BOOST_AUTO_TEST_CASE(hankel_function) {
  // Values of mpmath, on both sides of the change of series at |z| = 9; the stated error is 1e-7.
  const std::array<std::array<std::complex<double>, 2>, 5> values{{
      {{{0.15, 0.0016}, {0.9874019022950552, -1.2708604256669627}}},
      {{{2.7, 0.03}, {-0.13575659758343586, 0.4474235967116432}}},
      {{{2.1, 8.5}, {4.319546753961401e-05, 3.264764464505632e-05}}},
      {{{8.9, 0.1}, {-0.05771899189006851, 0.23477703026823682}}},
      {{{13.0, 6.7}, {0.0002115208530312218, -0.00014380018831372}}},
  }};
  for (const auto& [z, expected] : values) {
    BOOST_TEST(std::abs(hankel_h0(z) - expected) < 1e-7 * std::abs(expected), "at " << z);
  }
}

BOOST_AUTO_TEST_CASE(fibres_drawn_at_once_are_distributed_as_single_ones) {
  std::mt19937 engine(3);
  constexpr std::size_t kSteps = 20'000;
  const Histogram expected = single_fibres(kSteps, engine);
  Histogram drawn{};
  for (const Lanes& step : fibres_at_once(kSteps, 1)) {
    for (const float spikes : step) ++drawn[static_cast<std::size_t>(spikes)];
  }
  for (std::size_t spikes = 0; spikes <= kFibres; ++spikes) {
    // The difference of two counts of rare events varies by the root of their sum; steps near each other are less than
    // independent, which makes it smaller. 5 of these deviations leave one false alarm in a million.
    const double deviation = std::sqrt(drawn[spikes] + expected[spikes]);
    BOOST_TEST(std::abs(drawn[spikes] - expected[spikes]) <= 5.0 * deviation, spikes << " fibres at once");
  }
  BOOST_TEST(drawn[3] > 1'000.0);  // and there was something to compare
}

BOOST_AUTO_TEST_CASE(no_fibre_spikes_while_it_is_refractory) {
  const LaneSeries spikes = [] {
    LaneSeries series(2'000);
    for (Lanes& step : series) step.fill(0.4F);
    draw_fibre_spikes(series, kLauscherStep, {1, 2, 3});
    return series;
  }();
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    float window = 0.0F;
    for (std::size_t step = 0; step < spikes.size(); ++step) {
      window += spikes[step][lane];
      if (step >= kRefractorySteps) window -= spikes[step - kRefractorySteps][lane];
      BOOST_REQUIRE(window <= static_cast<float>(kFibres));
    }
    // They spike again 1.5 steps after the 24 on average, so that 37.6 ± 1.5 of them did within the window.
    BOOST_TEST(window > 30.0F);
  }
}

BOOST_AUTO_TEST_CASE(the_same_recording_has_the_same_spikes_and_another_seed_others) {
  const Audio audio = noise(2'000, 16'000.0);
  const Lauscher settings{.units = 40};
  const std::vector<StepSpike> spikes = LauscherEar(settings).encode(audio);
  BOOST_TEST(std::ranges::is_sorted(spikes));
  BOOST_TEST(spikes.back().step <= 3'000U);  // 0.125 s
  BOOST_TEST(std::ranges::max(spikes, {}, &StepSpike::unit).unit < 40U);
  BOOST_TEST((LauscherEar(settings).encode(audio) == spikes));
  const std::vector<StepSpike> others = LauscherEar({.units = 40, .seed = 1}).encode(audio);
  BOOST_TEST((others != spikes));
  // Other random numbers, but the same sound: the counts differ by their random part, of which 5 deviations are
  // allowed.
  const auto count = static_cast<double>(spikes.size()), other_count = static_cast<double>(others.size());
  BOOST_TEST(std::abs(count - other_count) < 5.0 * std::sqrt(count + other_count));
}

BOOST_AUTO_TEST_CASE(loudness_does_not_matter_and_pitch_finds_its_place) {
  const auto busiest = [](double frequency_hz, float loudness) {
    Audio tone{std::vector<float>(4'800), 48'000.0};
    for (std::size_t i = 0; i < tone.samples.size(); ++i) {
      const double phase = 2.0 * std::numbers::pi * frequency_hz * static_cast<double>(i) / tone.rate_hz;
      tone.samples[i] = loudness * static_cast<float>(std::sin(phase));
    }
    std::array<int, 70> spikes{};
    for (const StepSpike& spike : LauscherEar({.units = 70}).encode(tone)) ++spikes[spike.unit];
    double sum = 0.0, weighted = 0.0;
    for (std::size_t unit = 0; unit < spikes.size(); ++unit) {
      sum += spikes[unit];
      weighted += spikes[unit] * static_cast<double>(unit);
    }
    return weighted / sum;
  };
  BOOST_TEST(busiest(300.0, 0.5F) > busiest(1'000.0, 0.5F) + 3.0);  // unit 0 hears the highest frequencies
  BOOST_TEST(busiest(1'000.0, 0.5F) > busiest(5'000.0, 0.5F) + 3.0);
  BOOST_TEST(std::abs(busiest(1'000.0, 0.01F) - busiest(1'000.0, 0.5F)) < 1.0);
}

BOOST_AUTO_TEST_CASE(odd_recordings) {
  const LauscherEar ear({.units = 33});
  BOOST_TEST(ear.encode({{0.5F}, 8'000.0}).size() < 10U);
  // Silence: the fibres' spontaneous activity fires few bushy cells, if any.
  BOOST_TEST(ear.encode({std::vector<float>(8'000), 8'000.0}).size() < 33U * 20U);
  BOOST_CHECK_THROW((void)ear.encode({std::vector<float>(61 * 1'000), 1'000.0}), sdk::TaskError);
}

BOOST_AUTO_TEST_CASE(description_tells_settings_apart) {
  BOOST_TEST(describe(Lauscher{}) == "lauscher 1 units=700 rms=0.3 seed=0");
  BOOST_TEST(describe(Lauscher{.seed = 1}) != describe(Lauscher{}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace hetsyn::tasks
