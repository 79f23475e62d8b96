#include <array>
#include <cmath>
#include <set>

#include "host/plugin_host.hpp"
#include "plugin/support.hpp"

using namespace hetsyn;
using test::Says;

namespace {

const PluginHost& examples() {
  static const PluginHost host({HETSYN_EXAMPLE_PLUGINS});
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

/// Steps at which any channel has a spike.
std::set<int> spike_steps(const SpikeTrain& train) { return {train.steps.begin(), train.steps.end()}; }

}  // namespace

BOOST_AUTO_TEST_CASE(both_examples_load) {
  BOOST_TEST(examples().failures().empty());
  BOOST_REQUIRE_EQUAL(examples().plugins().size(), 2U);
  BOOST_TEST(examples().plugins()[0].name == "interval_timing");
  BOOST_TEST(examples().plugins()[1].name == "louder_side");
}

BOOST_AUTO_TEST_CASE(interval_timing_labels_the_interval) {
  // At 1000 Hz every channel fires at each step of a burst.
  const std::vector<NamedValue> values{{"noise_hz", 0.0}, {"burst_hz", 1000.0}};
  const auto task = examples().find("interval_timing").open(values, {});
  const std::size_t steps = task->info().steps;
  BOOST_TEST(steps == 220U);  // 100 + 10 + 80 + 10 + 20
  std::array<int, 2> labels{};
  std::set<int> onsets;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const Sample sample = task->fill({0, i, 1, steps, 1.0});
    BOOST_REQUIRE(sample.input->spikes.steps.size() == 20U * 20U);
    const std::set<int> seen = spike_steps(sample.input->spikes);
    const int silence = *seen.rbegin() - *seen.begin() + 1 - static_cast<int>(seen.size());
    BOOST_REQUIRE(silence == (sample.label == 0 ? 40 : 80));
    ++labels[static_cast<std::size_t>(sample.label)];
    onsets.insert(*seen.begin());
  }
  BOOST_TEST(std::abs(labels[0] - 50) < 4.0 * 5.0);  // four standard deviations
  BOOST_TEST(onsets.size() > 30U);                   // of 101 that are possible; 63 are expected
}

BOOST_AUTO_TEST_CASE(interval_timing_refuses_intervals_in_the_wrong_order) {
  const std::vector<NamedValue> values{{"long_ms", 40.0}};
  BOOST_CHECK_EXCEPTION(examples().find("interval_timing").open(values, {}), ConfigError,
                        [](const ConfigError& e) { return e.key() == "task.long_ms"; });
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

BOOST_AUTO_TEST_CASE(louder_side_refuses_and_is_measured_like_a_task_in_cpp) {
  const std::vector<NamedValue> values{{"high_hz", 5.0}};
  BOOST_CHECK_EXCEPTION(examples().find("louder_side").open(values, {}), ConfigError,
                        Says({"task.high_hz: must be above low_hz = 10"}));
  for (const char* name : {"interval_timing", "louder_side"}) {
    const auto task = examples().find(name).open({}, {});
    const MetricInfo& metric = task->info().metrics.front();
    BOOST_TEST(metric.name == "accuracy");
    BOOST_TEST((metric.rule.kind == MetricKind::accuracy));
    BOOST_TEST((metric.rule.decision.kind == LossKind::last_step));
  }
}

BOOST_AUTO_TEST_CASE(louder_side_plots_its_readout) {
  const auto task = examples().find("louder_side").open({}, {});
  const std::vector<float> readout(200, 0.25F);
  const std::vector<std::int32_t> labels{1};
  const std::vector<PlotSeries> plots = task->plots({2.0, {readout, {1, 100, 2}}, labels, {{}, {1, 100, 0}}});
  BOOST_REQUIRE_EQUAL(plots.size(), 2U);
  BOOST_TEST(plots[1].series == "second half");
  BOOST_TEST(plots[1].x.back() == 198.0);
  BOOST_TEST(plots[1].y.back() == 0.25);
}
