#include <hetsyn/task.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace hetsyn::sdk;

namespace {

/// A batch of one step-major readout [B][T][K] with labels.
hetsyn_batch make_batch(std::uint32_t samples, std::uint32_t steps, std::uint32_t outputs,
                        const std::vector<float>& readout, const std::vector<std::int32_t>& labels) {
  return {sizeof(hetsyn_batch), samples, steps, outputs, 0, 1.0, readout.data(), labels.data(), nullptr};
}

}  // namespace

BOOST_AUTO_TEST_CASE(random_numbers_are_the_same_everywhere) {
  // The engine is fixed by the standard; what is made from it here must stay as it is, or runs cannot be repeated.
  Random a({1, 2, 3});
  Random b({1, 2, 3});
  Random c({1, 3, 2});
  Random d({1, 2, 3, 0});
  const std::uint64_t first = a.bits();
  BOOST_TEST(first == b.bits());
  BOOST_TEST(first != c.bits());
  BOOST_TEST(first != d.bits());
}

BOOST_AUTO_TEST_CASE(distributions_have_their_moments) {
  Random random({4});
  constexpr int kDraws = 100000;
  double sum = 0.0, square = 0.0, uniform = 0.0;
  std::vector<int> counts(7);
  for (int i = 0; i < kDraws; ++i) {
    const double x = random.normal();
    sum += x;
    square += x * x;
    uniform += random.uniform(-1.0, 3.0);
    ++counts[random.below(7)];
  }
  // Four standard errors of each estimate.
  BOOST_TEST(std::abs(sum / kDraws) < 4.0 / std::sqrt(kDraws));
  BOOST_TEST(std::abs(square / kDraws - 1.0) < 4.0 * std::sqrt(2.0 / kDraws));
  BOOST_TEST(std::abs(uniform / kDraws - 1.0) < 4.0 * 4.0 / std::sqrt(12.0 * kDraws));
  for (const int count : counts) {
    BOOST_TEST(std::abs(count - kDraws / 7.0) < 4.0 * std::sqrt(kDraws * 6.0 / 49.0));
  }
}

BOOST_AUTO_TEST_CASE(poisson_trains_have_their_rate_and_stay_inside) {
  Random random({5});
  int spikes = 0;
  std::vector<int> per_step(100);
  for (int train = 0; train < 2000; ++train) {
    std::uint32_t last = 9;
    poisson_train(random, {40.0, 5.0}, 10, 100, [&](std::uint32_t step) {
      BOOST_REQUIRE(step > last);
      BOOST_REQUIRE(step < 100);
      last = step;
      ++spikes;
      ++per_step[step];
    });
  }
  // Bernoulli with p = 40 Hz · 5 ms = 0.2 per step; four standard errors.
  const double expected = 0.2 * 90 * 2000;
  BOOST_TEST(std::abs(spikes - expected) < 4.0 * std::sqrt(expected * 0.8));
  for (int step = 10; step < 100; ++step) {
    BOOST_TEST(std::abs(per_step[static_cast<std::size_t>(step)] - 400.0) < 5.0 * std::sqrt(400.0 * 0.8));
  }
}

BOOST_AUTO_TEST_CASE(poisson_trains_at_the_ends_of_the_rate) {
  Random random({6});
  int spikes = 0;
  const auto count = [&](std::uint32_t /*step*/) { ++spikes; };
  poisson_train(random, {0.0, 1.0}, 0, 1000, count);
  BOOST_TEST(spikes == 0);
  poisson_train(random, {1000.0, 1.0}, 0, 1000, count);  // one per step
  BOOST_TEST(spikes == 1000);
  poisson_train(random, {1e-9, 1.0}, 0, 1000, count);
  BOOST_TEST(spikes == 1000);
}

BOOST_AUTO_TEST_CASE(rates_that_steps_cannot_hold_are_no_poisson_rates) {
  const auto refused = [](double hz, double step_ms) {
    BOOST_CHECK_EXCEPTION(PoissonRate(hz, step_ms), TaskError, [](const TaskError& e) {
      return std::string_view(e.what()).find("which hold one spike each") != std::string_view::npos;
    });
  };
  refused(1000.0001, 1.0);
  refused(5000.0, 1.0);
  refused(200.1, 5.0);
  refused(-1.0, 1.0);
  refused(std::nan(""), 1.0);
  BOOST_TEST(PoissonRate(200.0, 5.0).probability() == 1.0);
  BOOST_TEST(PoissonRate(40.0, 5.0).probability() == 0.2);
  // 1/0.7 kHz in double, times 0.7 ms: one spike per step, except for rounding.
  BOOST_TEST(PoissonRate(1000.0 / 0.7, 0.7).probability() == 1.0);
}

BOOST_AUTO_TEST_CASE(an_info_that_asks_for_a_loss_of_the_task_needs_one) {
  Info info;
  info.splits = {{"train", Split::Role::train, 5}};
  info.losses = {Loss::callback()};
  info.metrics = {{"accuracy", "", true}};
  BOOST_CHECK_NO_THROW(detail::check_info(info, true, true));
  BOOST_CHECK_EXCEPTION(detail::check_info(info, false, true), ContractError, [](const ContractError& e) {
    return std::string_view(e.what()) == "info.losses has Loss::callback(), but the task does not override loss()";
  });
}

BOOST_AUTO_TEST_CASE(counts_that_do_not_fit_are_refused) {
  const auto count = [](std::int64_t value) {
    const hetsyn_value view{"channels", HETSYN_INT, value, 0.0, ""};
    hetsyn_open_args args{};
    args.value_count = 1;
    args.values = &view;
    return OpenArgs(args).count("channels");
  };
  BOOST_TEST(count(0) == 0U);
  BOOST_TEST(count(4294967295) == 4294967295U);
  for (const std::int64_t value : {std::int64_t{-1}, std::int64_t{4294967296}}) {
    BOOST_CHECK_EXCEPTION(count(value), ConfigError, [&](const ConfigError& e) {
      return e.key() == "channels" && e.what() == std::to_string(value) + ": expected an integer from 0 to 4294967295";
    });
  }
}

BOOST_AUTO_TEST_CASE(series_have_as_many_x_as_y) {
  const hetsyn_plot_sink nowhere{nullptr, [](void*, const char*, const char*, const char*, const char*, const double*,
                                             const double*, std::uint64_t) {}};
  const std::vector<double> three(3), two(2);
  BOOST_CHECK_NO_THROW(PlotSink(nowhere).series("plot", "curve", "x", "y", three, three));
  BOOST_CHECK_THROW(PlotSink(nowhere).series("plot", "curve", "x", "y", three, two), ContractError);
}

BOOST_AUTO_TEST_CASE(metrics_of_no_samples_are_no_numbers) {
  BOOST_CHECK_THROW(mean_of(0.0, 0), TaskError);
  BOOST_TEST(mean_of(3.0, 2) == 1.5);
}

BOOST_AUTO_TEST_CASE(metrics_of_the_tasks_own_need_a_class_of_its_own) {
  Info info;
  info.splits = {{"train", Split::Role::train, 1}};
  info.losses = {Loss::last_step()};
  info.metrics = {MetricInfo::accuracy(Decision::last_step()), MetricInfo::mean_squared_error()};
  BOOST_CHECK_NO_THROW(detail::check_info(info, false, false));
  info.metrics.push_back({"distance", "", true});
  BOOST_CHECK_NO_THROW(detail::check_info(info, false, true));
  BOOST_CHECK_EXCEPTION(detail::check_info(info, false, false), ContractError, [](const ContractError& error) {
    return std::string_view(error.what()).starts_with("info.metrics has 'distance', which the engine does not compute");
  });
}

BOOST_AUTO_TEST_CASE(a_metric_without_targets_cannot_read_them) {
  const std::vector<float> readout{1.0F, 0.0F};
  const std::vector<std::int32_t> one{1};
  const hetsyn_batch batch = make_batch(1, 1, 2, readout, one);
  BOOST_CHECK_THROW(static_cast<void>(Batch(batch).target(0)), ContractError);
}
