#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "plugin/support.hpp"

using namespace hetsyn;
using test::Says;

namespace {

std::unique_ptr<Task> open_pattern(const std::vector<NamedValue>& values = {}, std::uint64_t seed = 7) {
  static const TaskPlugin plugin = test::load_own_plugin("pattern_generation");
  return plugin.open(values, {.seed = seed, .data_path = {}, .cache_path = {}});
}

/// (channel, step − begin) of the spikes in [begin, end).
std::set<std::pair<std::size_t, std::size_t>> window(const Sample& sample, std::size_t begin, std::size_t end) {
  const SpikeTrain& train = sample.input->spikes;
  std::set<std::pair<std::size_t, std::size_t>> places;
  for (std::size_t i = 0; i < train.channels(); ++i) {
    for (std::size_t e = train.offsets[i]; e < train.offsets[i + 1]; ++e) {
      if (train.steps[e] >= begin && train.steps[e] < end) places.emplace(i, train.steps[e] - begin);
    }
  }
  return places;
}

bool within_four_errors(double spikes, double trials, double probability) {
  return std::abs(spikes - trials * probability) < 4.0 * std::sqrt(trials * probability * (1.0 - probability));
}

}  // namespace

BOOST_AUTO_TEST_CASE(pattern_generation_has_the_published_sizes) {
  const TaskInfo info = open_pattern()->info();
  BOOST_TEST(info.inputs == 100U);
  BOOST_TEST(info.outputs == 1U);
  BOOST_TEST(info.targets == 1U);
  BOOST_TEST(info.steps == 2000U);
  BOOST_TEST(info.dt_ms == 1.0);
  BOOST_REQUIRE_EQUAL(info.losses.size(), 2U);
  BOOST_TEST((info.losses[0].kind == LossKind::trace_mse));
  BOOST_TEST(info.losses[1].parameter == 10.0);
  BOOST_TEST(info.losses[1].weight == 0.01);
  BOOST_REQUIRE_EQUAL(info.metrics.size(), 2U);
  BOOST_TEST(info.metrics[0].name == "mse");
  BOOST_TEST(!info.metrics[0].higher_is_better);
  BOOST_TEST(info.metrics[1].name == "distance");
}

BOOST_AUTO_TEST_CASE(the_template_comes_three_times_and_is_frozen) {
  const auto task = open_pattern({{"background_hz", 0.0}});
  const Sample sample = task->fill({0, 0, 1, 2000, 1.0});
  const auto first = window(sample, 0, 500);
  BOOST_TEST((window(sample, 750, 1250) == first));
  BOOST_TEST((window(sample, 1500, 2000) == first));
  BOOST_TEST(window(sample, 500, 750).empty());
  BOOST_TEST(window(sample, 1250, 1500).empty());
  BOOST_TEST(within_four_errors(static_cast<double>(first.size()), 100.0 * 500, 0.01));  // 10 Hz · 1 ms
  BOOST_TEST((window(task->fill({2, 5, 9, 2000, 1.0}), 0, 500) == first));
  BOOST_TEST((window(open_pattern({{"background_hz", 0.0}}, 8)->fill({0, 0, 1, 2000, 1.0}), 0, 500) != first));
}

BOOST_AUTO_TEST_CASE(pattern_generation_refuses_rates_that_its_steps_cannot_hold) {
  for (const std::string key : {"template_hz", "background_hz"}) {
    BOOST_CHECK_EXCEPTION(open_pattern({{key, 1000.0}, {"step_ms", 2.0}}), ConfigError, [&](const ConfigError& e) {
      return e.key() == "task." + key && Says({"1000 Hz does not fit", "step_ms = 2", "expected 0 to 500 Hz"})(e);
    });
  }
  // The largest rate: each of 100 channels at each of 3 · 500 steps.
  const auto task = open_pattern({{"template_hz", 1000.0}, {"background_hz", 0.0}});
  BOOST_TEST(task->fill({0, 0, 1, 2000, 1.0}).input->spikes.steps.size() == 150000U);
}

BOOST_AUTO_TEST_CASE(the_background_is_redrawn) {
  const auto task = open_pattern({{"template_hz", 0.0}});
  const auto a = window(task->fill({0, 0, 1, 2000, 1.0}), 0, 2000);
  const auto b = window(task->fill({0, 1, 1, 2000, 1.0}), 0, 2000);
  BOOST_TEST((a != b));
  BOOST_TEST(within_four_errors(static_cast<double>(a.size()), 100.0 * 2000, 0.002));  // 2 Hz · 1 ms
}

BOOST_AUTO_TEST_CASE(targets_are_sums_of_five_slow_cosines_within_one) {
  const auto task = open_pattern({{"targets", std::int64_t{3}}});
  const std::vector<float> target = task->fill({0, 0, 1, 2000, 1.0}).target;
  BOOST_REQUIRE_EQUAL(target.size(), 6000U);
  BOOST_TEST((task->fill({1, 9, 5, 2000, 1.0}).target == target));  // the run's, not the sample's
  for (std::size_t k = 0; k < 3; ++k) {
    double peak = 0.0, energy = 0.0, spectrum = 0.0;
    for (std::size_t t = 0; t < 2000; ++t) {
      const auto value = static_cast<double>(target[t * 3 + k]);
      peak = std::max(peak, std::abs(value));
      energy += value * value;
    }
    // 2000 ms hold whole periods of all five, so their discrete Fourier components carry all the energy (Parseval).
    for (int harmonic = 1; harmonic <= 5; ++harmonic) {
      double re = 0.0, im = 0.0;
      for (std::size_t t = 0; t < 2000; ++t) {
        const double angle = 2.0 * M_PI * harmonic * static_cast<double>(t) / 2000.0;
        re += static_cast<double>(target[t * 3 + k]) * std::cos(angle);
        im += static_cast<double>(target[t * 3 + k]) * std::sin(angle);
      }
      spectrum += 2.0 * (re * re + im * im) / 2000.0;
    }
    BOOST_TEST(peak == 1.0, boost::test_tools::tolerance(1e-6));         // stored as float
    BOOST_TEST(spectrum == energy, boost::test_tools::tolerance(1e-5));  // rounding of 2000 floats
  }
  BOOST_TEST(target[0] != target[1]);
}

BOOST_AUTO_TEST_CASE(warped_time_moves_spikes_and_target) {
  const auto task = open_pattern({{"background_hz", 0.0}});
  const Sample plain = task->fill({0, 0, 1, 2000, 1.0});
  const Sample slow = task->fill({0, 0, 1, 4000, 2.0});
  BOOST_TEST(slow.input->spikes.steps.size() == plain.input->spikes.steps.size());
  for (std::size_t e = 0; e < plain.input->spikes.steps.size(); ++e) {
    BOOST_REQUIRE(slow.input->spikes.steps[e] == 2 * plain.input->spikes.steps[e]);
  }
  BOOST_TEST(slow.target[3001] == plain.target[1500]);
}

BOOST_AUTO_TEST_CASE(the_engine_computes_the_error_and_the_task_the_distance) {
  const auto task = open_pattern();
  const std::vector<MetricInfo>& metrics = task->info().metrics;
  BOOST_REQUIRE_EQUAL(metrics.size(), 2U);
  BOOST_TEST(metrics[0].name == "mse");
  BOOST_TEST((metrics[0].rule.kind == MetricKind::trace_mse));
  BOOST_TEST(metrics[1].name == "distance");
  BOOST_TEST((metrics[1].rule.kind == MetricKind::own));
}

BOOST_AUTO_TEST_CASE(distance_of_known_answers) {
  const auto task = open_pattern();
  const std::vector<float> target = task->fill({0, 0, 1, 2000, 1.0}).target;
  const std::vector<std::int32_t> labels{-1};
  const auto measure = [&](const std::vector<float>& readout) {
    const auto metrics = task->metrics();
    metrics->add({1.0, {readout, {1, 2000, 1}}, labels, {target, {1, 2000, 1}}});
    return metrics->finish().at(1);
  };
  BOOST_TEST(measure(target) == 1.0);
  BOOST_TEST(measure(std::vector<float>(2000, 0.0F)) == 0.0);
  std::vector<float> half = target;
  for (float& value : half) value *= 0.5F;
  BOOST_TEST(measure(half) == 0.25);  // halving is exact
}

BOOST_AUTO_TEST_CASE(repeats_with_equal_targets_are_not_compared) {
  // Nine repeats every 750 ms: the first and the ninth are three periods of 2000 ms apart.
  const auto task = open_pattern({{"repeats", std::int64_t{9}}});
  const std::vector<float> target = task->fill({0, 0, 1, task->info().steps, 1.0}).target;
  const std::vector<std::int32_t> labels{-1};
  const auto metrics = task->metrics();
  const View<const float, 3> y(target, {1, task->info().steps, 1});
  metrics->add({1.0, y, labels, y});
  BOOST_TEST(metrics->finish()[1] == 1.0);
  BOOST_CHECK_EXCEPTION(open_pattern({{"gap_ms", 1500.0}}), ConfigError,
                        Says({"task.gap_ms: the template comes at whole periods of the target"}));
}

BOOST_AUTO_TEST_CASE(target_and_output_are_drawn) {
  const auto task = open_pattern();
  const std::vector<float> target = task->fill({0, 0, 1, 2000, 1.0}).target;
  const std::vector<float> readout(2000, 0.5F);
  const std::vector<std::int32_t> labels{-1};
  const std::vector<PlotSeries> plots = task->plots({1.0, {readout, {1, 2000, 1}}, labels, {target, {1, 2000, 1}}});
  BOOST_REQUIRE_EQUAL(plots.size(), 2U);
  BOOST_TEST(plots[0].plot == "target and output");
  BOOST_TEST(plots[0].x_label == "time (ms)");
  BOOST_TEST(plots[0].series == "target");
  BOOST_TEST(plots[0].y[1999] == static_cast<double>(target[1999]));
  BOOST_TEST(plots[1].y[1999] == 0.5);
  BOOST_TEST(plots[1].x[1999] == 1999.0);
}
