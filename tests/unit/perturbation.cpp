#include "data/perturbation.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>

#include "core/rng.hpp"

using namespace hetsyn;

namespace {

constexpr std::size_t kChannels = 100, kSteps = 250;

/// Each cell is set with probability `density`.
SpikeTrain random_spikes(double density) {
  RandomStream random(11, RandomPurpose::test);
  SpikeTrain train;
  train.offsets.push_back(0);
  for (std::size_t i = 0; i < kChannels; ++i) {
    for (std::size_t t = 0; t < kSteps; ++t) {
      if (random.uniform() < density) train.steps.push_back(static_cast<std::uint32_t>(t));
    }
    train.offsets.push_back(static_cast<std::uint32_t>(train.steps.size()));
  }
  return train;
}

std::set<std::pair<std::size_t, std::uint32_t>> cells(const SpikeTrain& train) {
  std::set<std::pair<std::size_t, std::uint32_t>> result;
  for (std::size_t i = 0; i < train.channels(); ++i) {
    for (std::uint32_t e = train.offsets[i]; e < train.offsets[i + 1]; ++e) result.insert({i, train.steps[e]});
  }
  return result;
}

/// The invariants of a SpikeTrain: steps of a channel ascend, none twice, all inside.
void check_sorted(const SpikeTrain& train) {
  BOOST_TEST_REQUIRE(train.channels() == kChannels);
  BOOST_TEST_REQUIRE(train.offsets.back() == train.steps.size());
  for (std::size_t i = 0; i < kChannels; ++i) {
    for (std::uint32_t e = train.offsets[i]; e < train.offsets[i + 1]; ++e) {
      BOOST_REQUIRE(train.steps[e] < kSteps);
      if (e > train.offsets[i]) BOOST_REQUIRE(train.steps[e - 1] < train.steps[e]);
    }
  }
}

SpikeTrain perturbed(const SpikeTrain& train, const SpikePerturbation& perturbation, std::uint64_t sample = 0) {
  SpikeTrain result = perturb(train, kSteps, 4.0, perturbation, sample);
  check_sorted(result);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(perturbation)

BOOST_AUTO_TEST_CASE(deletion_removes_the_stated_fraction) {
  const SpikeTrain train = random_spikes(0.3);
  const auto before = cells(train);
  const double n = static_cast<double>(before.size());
  for (const double p : {0.01, 0.32, 0.64}) {
    const auto after = cells(perturbed(train, {.deletion = p, .seed = 1}));
    BOOST_TEST(std::includes(before.begin(), before.end(), after.begin(), after.end()));
    // Five binomial standard errors.
    const double lost = (n - static_cast<double>(after.size())) / n;
    BOOST_TEST(std::abs(lost - p) < 5.0 * std::sqrt(p * (1.0 - p) / n));
  }
  BOOST_TEST(perturbed(train, {.deletion = 1.0}).steps.empty());
}

BOOST_AUTO_TEST_CASE(addition_fills_the_stated_fraction_of_empty_cells) {
  const SpikeTrain train = random_spikes(0.3);
  const auto before = cells(train);
  const double empty = static_cast<double>(kChannels * kSteps - before.size());
  for (const double p : {0.01, 0.32, 0.64}) {
    const auto after = cells(perturbed(train, {.addition = p, .seed = 1}));
    BOOST_TEST(std::includes(after.begin(), after.end(), before.begin(), before.end()));
    const double added = static_cast<double>(after.size() - before.size()) / empty;
    BOOST_TEST(std::abs(added - p) < 5.0 * std::sqrt(p * (1.0 - p) / empty));
  }
  BOOST_TEST(perturbed(train, {.addition = 1.0}).steps.size() == kChannels * kSteps);
}

BOOST_AUTO_TEST_CASE(jitter_shifts_by_the_stated_deviation) {
  SpikeTrain train;  // one spike per channel, far from both ends
  train.offsets.push_back(0);
  for (std::size_t i = 0; i < kChannels; ++i) {
    train.steps.push_back(125);
    train.offsets.push_back(static_cast<std::uint32_t>(i + 1));
  }
  double sum = 0.0, squares = 0.0;
  for (std::uint64_t sample = 0; sample < 100; ++sample) {
    for (const std::uint32_t step : perturbed(train, {.jitter_ms = 20.0, .seed = 1}, sample).steps) {
      const double shift = step - 125.0;
      sum += shift;
      squares += shift * shift;
    }
  }
  constexpr double n = 100.0 * kChannels;
  // s.d. 20 ms = 5 steps, plus 1/12 of rounding; five standard errors.
  const double variance = 25.0 + 1.0 / 12.0;
  BOOST_TEST(std::abs(sum / n) < 5.0 * std::sqrt(variance / n));
  BOOST_TEST(std::abs(squares / n - variance) < 5.0 * variance * std::sqrt(2.0 / n));
}

BOOST_AUTO_TEST_CASE(jitter_stops_at_the_ends_and_merges_what_meets) {
  const SpikeTrain train = random_spikes(0.3);
  const SpikeTrain shaken = perturbed(train, {.jitter_ms = 1e10, .seed = 1});
  for (const std::uint32_t step : shaken.steps) BOOST_REQUIRE((step == 0 || step == kSteps - 1));
  BOOST_TEST(shaken.steps.size() == 2 * kChannels);
}

BOOST_AUTO_TEST_CASE(draws_depend_on_seed_and_sample_alone) {
  const SpikeTrain train = random_spikes(0.2);
  const SpikePerturbation all{.deletion = 0.2, .jitter_ms = 4.0, .addition = 0.1, .seed = 1};
  SpikePerturbation other = all;
  other.seed = 2;
  BOOST_TEST((perturbed(train, all).steps == perturbed(train, all).steps));
  BOOST_TEST((perturbed(train, all).steps != perturbed(train, other).steps));
  BOOST_TEST((perturbed(train, all).steps != perturbed(train, all, 1).steps));
  BOOST_TEST((perturbed(train, {}).steps == train.steps));
}

BOOST_AUTO_TEST_CASE(warp_factors_are_log_uniform) {
  double low = 1.0, high = -1.0, sum = 0.0;
  for (std::uint64_t draw = 0; draw < 2000; ++draw) {
    const double log2_factor = std::log2(warp_factor(0.5, 3, draw));
    low = std::min(low, log2_factor);
    high = std::max(high, log2_factor);
    sum += log2_factor;
  }
  BOOST_TEST(low >= -0.5);
  BOOST_TEST(low < -0.49);
  BOOST_TEST(high <= 0.5);
  BOOST_TEST(high > 0.49);
  BOOST_TEST(std::abs(sum / 2000.0) < 5.0 * std::sqrt(1.0 / 12.0 / 2000.0));
  BOOST_TEST(warp_factor(0.0, 3, 0) == 1.0);
}

BOOST_AUTO_TEST_CASE(warped_steps_cut_off) {
  BOOST_TEST(warped_steps(250, std::exp2(-0.5)) == 176u);  // the published range for 250 steps: 176 to 353
  BOOST_TEST(warped_steps(250, std::exp2(0.5)) == 353u);
  BOOST_TEST(warped_steps(250, 1.0) == 250u);
  BOOST_TEST(warped_steps(1, 0.5) == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
