#include "report/analysis/tau.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <hetsyn/exceptions.hpp>

#include "dynamics/synapse.hpp"
#include "report/analysis/run_analysis.hpp"

using namespace hetsyn;

namespace {

constexpr DecayScale kScale{5.0, 0.0, 1.0};

std::vector<float> decays_of(const std::vector<double>& taus_ms) {
  std::vector<float> decays;
  for (const double tau : taus_ms) decays.push_back(static_cast<float>(decay_factor(tau, kScale.dt_ms)));
  return decays;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tau)

BOOST_AUTO_TEST_CASE(ends_of_the_range) {
  BOOST_TEST(time_constant_ms(0.0, 5.0) == 0.0);
  BOOST_TEST(std::isinf(time_constant_ms(1.0, 5.0)));
  BOOST_TEST(time_constant_ms(1.0, 5.0) > 0.0);
  BOOST_TEST(time_constant_ms(std::exp(-0.25), 5.0) == 20.0, boost::test_tools::tolerance(1e-14));  // rounding of exp
}

BOOST_AUTO_TEST_CASE(statistics_by_hand) {
  std::vector<float> decays = decays_of({10.0, 30.0, 100.0, 1000.0});
  decays.push_back(1.0f);  // τ = ∞
  const TauStatistics statistics = tau_statistics(decays, kScale, 700.0);
  // A float decay near 1 gives its τ to about τ/Δt · 6e-8.
  const auto float_decay = boost::test_tools::tolerance(1e-4);
  BOOST_TEST(statistics.count == 5u);
  BOOST_TEST(statistics.clamped_low == 0u);
  BOOST_TEST(statistics.clamped_high == 1u);
  BOOST_TEST(statistics.lower_quartile_ms == 30.0, float_decay);
  BOOST_TEST(statistics.median_ms == 100.0, float_decay);
  BOOST_TEST(statistics.upper_quartile_ms == 1000.0, float_decay);
  BOOST_TEST(statistics.mean_ms == 285.0, float_decay);
  BOOST_TEST(statistics.mean_without_long_ms == 140.0 / 3.0, float_decay);
  BOOST_TEST(statistics.long_fraction == 0.4);
  const double mean = (std::exp(-0.5) + std::exp(-5.0 / 30) + std::exp(-0.05) + std::exp(-0.005) + 1.0) / 5.0;
  BOOST_TEST(statistics.of_mean_decay_ms == -5.0 / std::log(mean), float_decay);
}

BOOST_AUTO_TEST_CASE(the_median_of_an_even_number_lies_between) {
  BOOST_TEST(tau_statistics(decays_of({40.0, 10.0, 20.0, 30.0}), kScale, 700.0).median_ms == 25.0,
             boost::test_tools::tolerance(1e-5));  // float decays
}

BOOST_AUTO_TEST_CASE(clamps_are_those_of_training) {
  const std::vector<float> decays{0.25f, 0.5f, 0.75f};
  const TauStatistics statistics = tau_statistics(decays, {5.0, 0.25, 0.75}, 700.0);
  BOOST_TEST(statistics.clamped_low == 1u);
  BOOST_TEST(statistics.clamped_high == 1u);
  BOOST_TEST(statistics.mean_ms == (-5.0 / std::log(0.25) - 5.0 / std::log(0.5)) / 2.0,
             boost::test_tools::tolerance(1e-14));  // rounding
  const TauStatistics all_clamped = tau_statistics(std::vector<float>{1.0f}, kScale, 700.0);
  BOOST_TEST(std::isnan(all_clamped.mean_ms));
  BOOST_TEST(std::isinf(all_clamped.median_ms));
}

BOOST_AUTO_TEST_CASE(histograms_count_every_decay_once) {
  std::vector<float> decays = decays_of({0.9, 1.5, 5.0, 50.0, 60.0, 2000.0});
  decays.push_back(0.0f);
  decays.push_back(1.0f);
  decays.push_back(1.0f);
  const TauHistogram histogram = tau_histogram(decays, kScale, logarithmic_edges(1.0, 1000.0, 3));
  BOOST_TEST_REQUIRE(histogram.edges_ms.size() == 4u);
  BOOST_TEST(histogram.edges_ms[2] == 100.0, boost::test_tools::tolerance(1e-14));  // rounding of pow
  BOOST_TEST(histogram.edges_ms[3] == 1000.0);
  BOOST_TEST(histogram.counts == (std::vector<std::size_t>{2, 2, 0}), boost::test_tools::per_element());
  BOOST_TEST(histogram.below == 1u);
  BOOST_TEST(histogram.above == 1u);
  BOOST_TEST(histogram.clamped_low == 1u);
  BOOST_TEST(histogram.clamped_high == 2u);
}

BOOST_AUTO_TEST_CASE(groups_of_channels_are_read_or_refused) {
  const std::vector<InputGroup> groups = parse_input_groups("cue=0-19,noise=20-29");
  BOOST_TEST_REQUIRE(groups.size() == 2u);
  BOOST_TEST(groups[0].name == "cue");
  BOOST_TEST(groups[1].first == 20u);
  BOOST_TEST(groups[1].last == 29u);
  for (const char* wrong :
       {"", "cue", "cue=3", "cue=5-3", "cue=0-9,", "cue=0-9;noise=1-2", "=0-1", "a=0-99999999999"}) {
    BOOST_CHECK_THROW(parse_input_groups(wrong), UsageError);
  }
}

BOOST_AUTO_TEST_SUITE_END()
