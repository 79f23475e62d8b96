#include "data/augmentation.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <set>

#include "data/loader.hpp"
#include "unit/fake_task.hpp"

using namespace hetsyn;

namespace {

constexpr std::size_t kChannels = 100, kSteps = 250;
constexpr double kStepMs = 4.0;

using Cell = std::pair<int, int>;  // (channel, step)

SpikeTrain train_of(const std::vector<Cell>& cells) {
  std::vector<std::uint32_t> channels, steps;
  for (const auto& [channel, step] : cells) {
    channels.push_back(static_cast<std::uint32_t>(channel));
    steps.push_back(static_cast<std::uint32_t>(step));
  }
  return sorted_spike_train(channels, steps, kChannels);
}

std::vector<Cell> cells_of(const SpikeTrain& train) {
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < train.channels(); ++i) {
    for (std::uint32_t e = train.offsets[i]; e < train.offsets[i + 1]; ++e) {
      cells.emplace_back(static_cast<int>(i), train.steps[e]);
    }
  }
  return cells;
}

/// Spikes in the middle of the grid, `margin` cells from all sides.
std::vector<Cell> middle(int margin) {
  RandomStream random(3, RandomPurpose::test);
  std::set<Cell> cells;
  const auto width = static_cast<std::uint32_t>(static_cast<int>(kChannels) - 2 * margin);
  const auto height = static_cast<std::uint32_t>(static_cast<int>(kSteps) - 2 * margin);
  while (cells.size() < 1000) {
    cells.emplace(margin + static_cast<int>(random.below(width)), margin + static_cast<int>(random.below(height)));
  }
  return {cells.begin(), cells.end()};
}

std::vector<Cell> augmented(const std::vector<Cell>& cells, const SpikeAugmentation& augmentation, std::uint32_t sample,
                            const SpikeTrain* partner = nullptr) {
  RandomStream random(1, RandomPurpose::augmentation, sample);
  const SpikeTrain train = augment(train_of(cells), partner, kSteps, kStepMs, augmentation, random);
  BOOST_TEST_REQUIRE(train.channels() == kChannels);
  return cells_of(train);
}

std::vector<Cell> moved(std::vector<Cell> cells, int channels, int steps) {
  for (auto& [channel, step] : cells) channel += channels, step += steps;
  std::erase_if(cells, [](const Cell& cell) {
    return cell.first < 0 || cell.first >= static_cast<int>(kChannels) || cell.second < 0 ||
           cell.second >= static_cast<int>(kSteps);
  });
  return cells;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(augmentation)

BOOST_AUTO_TEST_CASE(nothing_is_changed_by_default) {
  BOOST_TEST((augmented(middle(0), {}, 0) == middle(0)));
  BOOST_TEST((augmented({}, {.drop_probability = 1.0, .shift_channels = 3, .jitter_channels = 2.0, .shift_ms = 9.0},
                        0) == std::vector<Cell>{}));
}

BOOST_AUTO_TEST_CASE(a_shift_of_channels_is_one_for_all_spikes_and_uniform) {
  const std::vector<Cell> cells = middle(10);
  std::map<int, int> counts;
  for (std::uint32_t sample = 0; sample < 700; ++sample) {
    const std::vector<Cell> after = augmented(cells, {.shift_channels = 3}, sample);
    const int shift = after.front().first - cells.front().first;
    BOOST_TEST_REQUIRE((after == moved(cells, shift, 0)));
    ++counts[shift];
  }
  BOOST_TEST(counts.size() == 7u);
  for (const auto& [shift, count] : counts) {
    BOOST_TEST(std::abs(shift) <= 3);
    BOOST_TEST(std::abs(count - 100) < 5.0 * std::sqrt(700.0 * 6.0 / 49.0));  // five binomial standard errors
  }
}

BOOST_AUTO_TEST_CASE(a_shift_of_time_is_in_the_datas_own_time) {
  const std::vector<Cell> cells = middle(10);
  std::set<int> shifts;
  for (std::uint32_t sample = 0; sample < 200; ++sample) {
    const std::vector<Cell> after = augmented(cells, {.shift_ms = 8.0}, sample);
    const int shift = after.front().second - cells.front().second;
    BOOST_TEST_REQUIRE((after == moved(cells, 0, shift)));
    shifts.insert(shift);
  }
  BOOST_TEST((shifts == std::set<int>{-2, -1, 0, 1, 2}));  // 8 ms are two steps of 4 ms
}

BOOST_AUTO_TEST_CASE(what_leaves_the_grid_is_lost_on_all_sides) {
  const std::vector<Cell> corners{{0, 0}, {0, kSteps - 1}, {50, 125}, {kChannels - 1, 0}, {kChannels - 1, kSteps - 1}};
  std::set<std::size_t> left;
  for (std::uint32_t sample = 0; sample < 100; ++sample) {
    const std::vector<Cell> after = augmented(corners, {.shift_channels = 2, .shift_ms = 8.0}, sample);
    const auto centre = std::find_if(after.begin(), after.end(), [](const Cell& c) {
      return std::abs(c.first - 50) <= 2 && std::abs(c.second - 125) <= 2;
    });
    BOOST_TEST_REQUIRE((centre != after.end()));
    BOOST_TEST((after == moved(corners, centre->first - 50, centre->second - 125)));
    left.insert(after.size());
  }
  BOOST_TEST((left == std::set<std::size_t>{2, 3, 5}));  // both shifts, one, none
}

BOOST_AUTO_TEST_CASE(jitter_has_the_stated_deviation) {
  constexpr double kDeviation = 4.0;
  double sum = 0.0, squares = 0.0, n = 0.0;
  for (std::uint32_t sample = 0; sample < 20000; ++sample) {
    for (const auto& [channel, step] : augmented({{50, 7}}, {.jitter_channels = kDeviation}, sample)) {
      BOOST_TEST_REQUIRE(step == 7);
      sum += channel - 50;
      squares += (channel - 50) * (channel - 50);
      n += 1.0;
    }
  }
  BOOST_TEST(n == 20000.0);  // 50 channels are twelve deviations
  // Rounding to channels adds 1/12 to the variance. Five standard errors each.
  const double variance = kDeviation * kDeviation + 1.0 / 12.0;
  BOOST_TEST(std::abs(sum / n) < 5.0 * std::sqrt(variance / n));
  BOOST_TEST(std::abs(squares / n - variance) < 5.0 * variance * std::sqrt(2.0 / n));
}

BOOST_AUTO_TEST_CASE(dropped_spikes_are_an_interval_a_band_or_anywhere) {
  std::vector<Cell> all;
  for (int c = 0; c < static_cast<int>(kChannels); ++c) {
    for (int t = 0; t < static_cast<int>(kSteps); ++t) all.emplace_back(c, t);
  }
  int intervals = 0, bands = 0;
  double lost = 0.0;
  constexpr int kSamples = 300;
  for (std::uint32_t sample = 0; sample < kSamples; ++sample) {
    const std::vector<Cell> after = augmented(all, {.drop_probability = 1.0, .drop_fraction = 0.6}, sample);
    lost += 1.0 - static_cast<double>(after.size()) / static_cast<double>(all.size());
    std::set<int> channels, steps;
    for (const auto& [channel, step] : after) channels.insert(channel), steps.insert(step);
    const std::size_t whole = channels.size() * steps.size();
    if (whole != after.size()) continue;  // anywhere
    intervals += channels.size() == kChannels && steps.size() < kSteps ? 1 : 0;
    bands += steps.size() == kSteps && channels.size() < kChannels ? 1 : 0;
    // What is missing is one piece.
    const auto& kept = channels.size() < kChannels ? channels : steps;
    int pieces = 0;
    for (int place = 1; place < static_cast<int>(channels.size() < kChannels ? kChannels : kSteps); ++place) {
      pieces += kept.contains(place - 1) && !kept.contains(place) ? 1 : 0;
    }
    BOOST_TEST(pieces <= 1);
  }
  // Five standard errors: a third of the samples each, and a mean loss of 0.3 with the s.d. 0.6/√12 of the fraction.
  const double third = kSamples / 3.0, error = 5.0 * std::sqrt(kSamples * 2.0 / 9.0);
  BOOST_TEST(std::abs(intervals - third) < error);
  BOOST_TEST(std::abs(bands - third) < error);
  BOOST_TEST(std::abs(lost / kSamples - 0.3) < 5.0 * 0.6 / std::sqrt(12.0 * kSamples));
}

BOOST_AUTO_TEST_CASE(drop_probability_is_of_samples) {
  const std::vector<Cell> cells = middle(0);
  int changed = 0;
  for (std::uint32_t sample = 0; sample < 400; ++sample) {
    changed += augmented(cells, {.drop_probability = 0.25, .drop_fraction = 1.0}, sample) != cells ? 1 : 0;
  }
  // Of 100 some lose a fraction too small to hold a spike; 1000 spikes: fewer than 1 in 100. Five standard errors.
  BOOST_TEST(std::abs(changed - 100) < 1 + 5.0 * std::sqrt(400 * 0.25 * 0.75));
}

BOOST_AUTO_TEST_CASE(a_blend_meets_half_way_and_keeps_half_of_both) {
  std::vector<Cell> a, b;
  for (int i = 0; i < 40; ++i) a.emplace_back(10 + i, 20 + i), b.emplace_back(30 + i, 121 + i);
  const SpikeTrain partner = train_of(b);
  constexpr int kSamples = 200;
  std::vector<Cell> after;
  for (std::uint32_t sample = 0; sample < kSamples; ++sample) {
    const std::vector<Cell> one = augmented(a, {.blend_probability = 1.0}, sample, &partner);
    after.insert(after.end(), one.begin(), one.end());
  }
  std::set<int> diagonals;
  for (const auto& [channel, step] : after) {
    diagonals.insert(step - channel);
    BOOST_TEST((channel >= 20 && channel < 60));
  }
  // Means (29.5, 39.5) and (49.5, 140.5) meet at (39.5, 90): a moves by 10 and 50.5 → 51, b by -10 and -50.5 → -51.
  BOOST_TEST(diagonals.size() == 2u);
  BOOST_TEST(diagonals.contains(20 + 51 - 20));
  BOOST_TEST(diagonals.contains(121 - 51 - 20));
  const auto kept = static_cast<double>(after.size());
  BOOST_TEST(std::abs(kept - kSamples * 40.0) < 5.0 * std::sqrt(kSamples * 80.0 / 4.0));  // five standard errors
  // An empty partner takes half of the spikes and moves none.
  const SpikeTrain nothing = train_of({});
  for (const Cell& cell : augmented(a, {.blend_probability = 1.0}, 0, &nothing)) {
    BOOST_TEST((std::find(a.begin(), a.end(), cell) != a.end()));
  }
}

BOOST_AUTO_TEST_CASE(partners_are_the_others_of_the_class) {
  const BlendPartners partners({9, 4, 7, 2, 5}, [](std::uint64_t sample) { return sample == 5 ? 1 : 0; });
  RandomStream random(1, RandomPurpose::test);
  std::map<std::uint64_t, int> drawn;
  for (int i = 0; i < 3000; ++i) ++drawn[partners.draw(4, 0, random).value()];
  BOOST_TEST(drawn.size() == 3u);
  for (const std::uint64_t other : {2u, 7u, 9u}) {
    BOOST_TEST(std::abs(drawn[other] - 1000) < 5.0 * std::sqrt(3000.0 * 2.0 / 9.0));  // five binomial standard errors
  }
  BOOST_TEST(!partners.draw(5, 1, random).has_value());  // alone in its class
  BOOST_TEST(!partners.draw(4, 3, random).has_value());  // no such class
}

BOOST_AUTO_TEST_SUITE_END()
