#include <algorithm>
#include <array>
#include <cmath>

#include "plugin/support.hpp"

using namespace hetsyn;
using test::Says;

namespace {

std::unique_ptr<Task> open_dms(const std::vector<NamedValue>& values = {}) {
  static const TaskPlugin plugin = test::load_own_plugin("dms");
  return plugin.open(values, {});
}

/// Spikes of the channels [first, last) at steps [begin, end).
int count(const SpikeTrain& train, std::size_t first, std::size_t last, std::size_t begin, std::size_t end) {
  int spikes = 0;
  for (std::size_t e = train.offsets[first]; e < train.offsets[last]; ++e) {
    if (train.steps[e] >= begin && train.steps[e] < end) ++spikes;
  }
  return spikes;
}

constexpr int kTrials = 400;

}  // namespace

BOOST_AUTO_TEST_CASE(dms_has_the_published_sizes) {
  const TaskInfo info = open_dms()->info();
  BOOST_TEST(info.inputs == 30U);
  BOOST_TEST(info.outputs == 2U);
  BOOST_TEST(info.steps == 210U);
  BOOST_TEST(info.dt_ms == 5.0);
  BOOST_REQUIRE_EQUAL(info.losses.size(), 2U);
  BOOST_TEST((info.losses[0].kind == LossKind::last_step));
  BOOST_TEST((info.losses[1].kind == LossKind::rate));
  BOOST_TEST(info.losses[1].parameter == 10.0);
  BOOST_TEST(info.losses[1].weight == 0.01);
  BOOST_TEST(info.metrics.front().name == "accuracy");
  for (const Split& split : info.splits) BOOST_TEST(split.drawn);
}

BOOST_AUTO_TEST_CASE(dms_cues_are_where_and_as_strong_as_published) {
  const auto task = open_dms();
  int noise = 0, silence = 0, cues = 0;
  std::array<int, 4> kinds{};
  for (int trial = 0; trial < kTrials; ++trial) {
    const Sample sample = task->fill({0, static_cast<std::uint64_t>(trial), 3, 210, 1.0});
    const SpikeTrain& train = sample.input->spikes;
    // Cue 1 at 50–150 ms is steps 10–29, cue 2 at 950–1050 ms steps 190–209.
    const std::array<int, 2> left{count(train, 0, 10, 10, 30), count(train, 0, 10, 190, 210)};
    const std::array<int, 2> right{count(train, 10, 20, 10, 30), count(train, 10, 20, 190, 210)};
    for (const std::size_t cue : {0U, 1U}) BOOST_REQUIRE((left[cue] == 0) != (right[cue] == 0));
    const bool first_left = left[0] > 0;
    const bool second_left = left[1] > 0;
    BOOST_REQUIRE(sample.label == (first_left == second_left ? 0 : 1));
    ++kinds[(first_left ? 2U : 0U) + (second_left ? 1U : 0U)];
    cues += left[0] + left[1] + right[0] + right[1];
    silence += count(train, 0, 20, 0, 10) + count(train, 0, 20, 30, 190);
    noise += count(train, 20, 30, 0, 210);
  }
  BOOST_TEST(silence == 0);
  // Each step and channel is a Bernoulli trial; four standard errors.
  const double cue_trials = kTrials * 2.0 * 10 * 20;
  BOOST_TEST(std::abs(cues - cue_trials * 0.2) < 4.0 * std::sqrt(cue_trials * 0.2 * 0.8));  // 40 Hz · 5 ms
  const double noise_trials = kTrials * 10.0 * 210;
  BOOST_TEST(std::abs(noise - noise_trials * 0.05) < 4.0 * std::sqrt(noise_trials * 0.05 * 0.95));  // 10 Hz · 5 ms
  for (const int kind : kinds) BOOST_TEST(std::abs(kind - kTrials / 4.0) < 4.0 * std::sqrt(kTrials * 3.0 / 16.0));
}

BOOST_AUTO_TEST_CASE(dms_settings_move_cue_and_add_noise) {
  const auto task = open_dms({{"delay_ms", 100.0}, {"noise_hz", 0.0}, {"addition_hz", 20.0}, {"cue_hz", 0.0}});
  BOOST_TEST(task->info().steps == 70U);
  int spikes = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    spikes += count(task->fill({2, static_cast<std::uint64_t>(trial), 0, 70, 1.0}).input->spikes, 0, 30, 0, 70);
  }
  const double trials = kTrials * 30.0 * 70;
  BOOST_TEST(std::abs(spikes - trials * 0.1) < 4.0 * std::sqrt(trials * 0.1 * 0.9));  // 20 Hz · 5 ms
}

BOOST_AUTO_TEST_CASE(dms_refuses_settings_that_make_no_trial) {
  BOOST_CHECK_EXCEPTION(open_dms({{"cue_ms", 1.0}}), ConfigError,
                        [](const ConfigError& e) { return e.key() == "task.cue_ms"; });
}

BOOST_AUTO_TEST_CASE(dms_delays_may_be_longer_than_16_bits_of_steps) {
  BOOST_TEST(open_dms({{"step_ms", 0.1}, {"delay_ms", 60000.0}})->info().steps > 600'000U);
}

BOOST_AUTO_TEST_CASE(dms_refuses_rates_that_its_steps_cannot_hold) {
  for (const std::string key : {"cue_hz", "noise_hz", "addition_hz"}) {
    BOOST_CHECK_EXCEPTION(open_dms({{key, 1000.0}}), ConfigError, [&](const ConfigError& e) {
      return e.key() == "task." + key &&
             e.what() == "task." + key +
                             ": 1000 Hz does not fit steps of step_ms = 5 ms, which hold one spike each: expected 0 to "
                             "200 Hz";
    });
  }
  BOOST_CHECK_EXCEPTION(open_dms({{"step_ms", 50.0}}), ConfigError, Says({"task.cue_hz: 40 Hz", "step_ms = 50"}));
  // The largest rate: both cues, on ten channels, at each of their 20 steps.
  const auto task = open_dms({{"cue_hz", 200.0}, {"noise_hz", 0.0}});
  BOOST_TEST(task->fill({0, 0, 3, 210, 1.0}).input->spikes.steps.size() == 400U);
}

BOOST_AUTO_TEST_CASE(dms_splits_draw_different_trials) {
  const auto task = open_dms();
  BOOST_TEST(
      (task->fill({0, 1, 3, 210, 1.0}).input->spikes.steps != task->fill({1, 1, 3, 210, 1.0}).input->spikes.steps));
}

BOOST_AUTO_TEST_CASE(dms_plots_a_trial_of_each_class_and_the_decision_over_time) {
  const auto task = open_dms();
  const std::size_t steps = task->info().steps;
  BOOST_TEST(task->info().class_names == (std::vector<std::string>{"match", "mismatch"}),
             boost::test_tools::per_element());
  // The first and the last trial are decided for a match, the second one for a mismatch.
  const std::vector<std::int32_t> labels{0, 1, 1};
  std::vector<float> readout(3 * steps * 2, 0.0F);
  const View<float, 3> y(readout, {3, steps, 2});
  for (const std::size_t b : {0U, 1U, 2U}) y(b, steps - 1, b == 1 ? 1 : 0) = 20.0F;
  const std::vector<PlotSeries> plots = task->plots({5.0, y, labels, {{}, {3, steps, 0}}});
  const auto find = [&](const std::string& plot, const std::string& series) {
    const auto at =
        std::ranges::find_if(plots, [&](const PlotSeries& each) { return each.plot == plot && each.series == series; });
    BOOST_REQUIRE(at != plots.end());
    return *at;
  };
  BOOST_TEST(plots.size() == 12U);  // three figures of two curves and two cues
  BOOST_TEST(find("a trial of the class mismatch", "mismatch").y.back() == 20.0);
  BOOST_TEST(find("a trial of the class mismatch", "match").y.back() == 0.0);
  const PlotSeries cue = find("decision over time", "second cue");
  BOOST_TEST(cue.x == (std::vector<double>{950, 950, 1050, 1050, 950}), boost::test_tools::per_element());
  BOOST_TEST(cue.x_label == "time (ms)");
  BOOST_TEST(find("decision over time", "match trials, mean of 1").y.back() < 1e-6);
  const PlotSeries mean = find("decision over time", "mismatch trials, mean of 2");
  BOOST_TEST(mean.y.front() == 0.5);
  BOOST_TEST(mean.y.back() == 0.5, boost::test_tools::tolerance(1e-6));  // one of two
}

BOOST_AUTO_TEST_CASE(dms_plots_of_warped_trials_and_of_one_class_are_where_they_belong) {
  const auto task = open_dms();
  const std::size_t steps = 2 * task->info().steps;
  const std::vector<std::int32_t> labels{1};
  const std::vector<float> readout(steps * 2, 0.0F);
  const std::vector<PlotSeries> plots = task->plots({5.0, {readout, {1, steps, 2}}, labels, {{}, {1, steps, 0}}});
  BOOST_TEST(plots.size() == 7U);
  BOOST_TEST(plots.back().x[2] == 2100.0);
}
