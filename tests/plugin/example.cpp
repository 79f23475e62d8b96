#include <array>
#include <cmath>

#include "plugin/support.hpp"

using namespace hetsyn;
using test::Says;

namespace {

const PluginHost& examples() {
  static const PluginHost host = PluginHost::discover({HETSYN_EXAMPLE_PLUGINS});
  return host;
}

/// Spikes of channels [first, last) at steps [begin, end).
int count(const SpikeTrain& train, std::size_t first, std::size_t last, std::size_t begin, std::size_t end) {
  int spikes = 0;
  for (std::size_t e = train.offsets[first]; e < train.offsets[last]; ++e) {
    if (train.steps[e] >= begin && train.steps[e] < end) ++spikes;
  }
  return spikes;
}

/// Mean step of the spikes of channels [first, last); the channels must have some.
double mean_step(const SpikeTrain& train, std::size_t first, std::size_t last) {
  double sum = 0.0;
  for (std::size_t e = train.offsets[first]; e < train.offsets[last]; ++e) sum += train.steps[e];
  return sum / (train.offsets[last] - train.offsets[first]);
}

}  // namespace

BOOST_AUTO_TEST_CASE(both_examples_load) {
  BOOST_TEST(examples().failures().empty());
  BOOST_REQUIRE_EQUAL(examples().plugins().size(), 2U);
  BOOST_TEST(examples().plugins()[0].name == "louder_side");
  BOOST_TEST(examples().plugins()[1].name == "temporal_order");
}

BOOST_AUTO_TEST_CASE(temporal_order_labels_the_group_that_fires_first) {
  const std::vector<NamedValue> values{{"noise_hz", 0.0}};
  const auto task = examples().find("temporal_order").open(values, {});
  const std::size_t steps = task->info().steps;
  BOOST_TEST(steps == 170U);  // 40 + 20 + 60 + 20 + 30
  std::array<int, 2> labels{};
  for (std::uint64_t i = 0; i < 100; ++i) {
    const Sample sample = task->fill({0, i, 1, steps, 1.0});
    const bool a_first = mean_step(sample.input->spikes, 0, 10) < mean_step(sample.input->spikes, 10, 20);
    BOOST_REQUIRE(sample.label == (a_first ? 0 : 1));
    ++labels[static_cast<std::size_t>(sample.label)];
  }
  BOOST_TEST(std::abs(labels[0] - 50) < 4.0 * 5.0);  // four standard deviations
}

BOOST_AUTO_TEST_CASE(temporal_order_refuses_a_burst_that_is_none) {
  const std::vector<NamedValue> values{{"burst_hz", 1.0}};
  BOOST_CHECK_EXCEPTION(examples().find("temporal_order").open(values, {}), ConfigError,
                        [](const ConfigError& e) { return e.key() == "task.burst_hz"; });
}

BOOST_AUTO_TEST_CASE(louder_side_has_its_rates) {
  const auto task = examples().find("louder_side").open({}, {});
  constexpr int kSamples = 200;
  int loud = 0, quiet = 0;
  for (std::uint64_t i = 0; i < kSamples; ++i) {
    const Sample sample = task->fill({0, i, 1, 100, 1.0});
    const std::size_t louder = sample.label == 0 ? 0 : 10;
    loud += count(sample.input->spikes, louder, louder + 10, 0, 100);
    quiet += count(sample.input->spikes, 10 - louder, 20 - louder, 0, 100);
  }
  const double trials = kSamples * 10.0 * 100;  // Bernoulli trials; four standard errors
  BOOST_TEST(std::abs(loud - trials * 0.03) < 4.0 * std::sqrt(trials * 0.03 * 0.97));
  BOOST_TEST(std::abs(quiet - trials * 0.01) < 4.0 * std::sqrt(trials * 0.01 * 0.99));
}

BOOST_AUTO_TEST_CASE(louder_side_refuses_and_counts_like_a_task_in_cpp) {
  const std::vector<NamedValue> values{{"high_hz", 5.0}};
  BOOST_CHECK_EXCEPTION(examples().find("louder_side").open(values, {}), ConfigError,
                        Says({"task.high_hz: must be above low_hz = 10"}));
  const auto task = examples().find("louder_side").open({}, {});
  const std::vector<float> readout{5.0F, 0.0F, 0.0F, 1.0F, 0.0F, 1.0F, 1.0F, 0.0F};  // [2][2][2]
  const std::vector<std::int32_t> labels{1, 1};
  const auto metrics = task->metrics();
  metrics->add({2, 2, 2, 0, 1.0, readout, labels, {}});
  BOOST_TEST(metrics->finish() == std::vector<double>{0.5}, boost::test_tools::per_element());
}
