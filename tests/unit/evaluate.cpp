#include "training/evaluate.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <numeric>

#include "backend/host_loss.hpp"
#include "training/task_loss.hpp"
#include "unit/training_run.hpp"

using namespace hetsyn;
using namespace hetsyn::testing;

namespace {

/// The test set of a task, its network untrained.
struct Evaluation {
  explicit Evaluation(const FakeTask& t, double dt_ms = 1.0)
      : task(t),
        backend(make_backend("cpu", network_of(t, dt_ms), {.threads = 1})),
        set{"test", 1, SplitRole::test, false, {}} {
    set.indices.resize(task.info().splits[1].samples);
    std::iota(set.indices.begin(), set.indices.end(), std::uint64_t{0});
  }
  static NetworkState network_of(const FakeTask& t, double dt_ms) {
    NetworkSpec spec = small_network(t.info());
    spec.dt_ms = dt_ms;
    return build_network(spec, 1);
  }
  SplitMetrics run() { return evaluate(*backend, task, set, settings).value(); }

  const FakeTask& task;
  std::unique_ptr<Backend> backend;
  SampleSet set;
  EvaluationSettings settings;
};

/// The test set as one batch.
Batch whole_set(const Evaluation& e) {
  LoadRequest request;
  request.split = 1;
  request.samples = e.set.indices;
  return BatchLoader(e.task, nullptr, request).next().value();
}

double value(const SplitMetrics& metrics, std::string_view name) {
  for (const NamedMetric& metric : metrics.metrics) {
    if (metric.name == name) return metric.value;
  }
  throw std::out_of_range(std::string(name));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(evaluation)

BOOST_AUTO_TEST_CASE(batches_do_not_change_the_result) {
  FakeTask task;
  task.info_.losses = {{LossKind::softmax_sum, 1.0, 2.0}};
  Evaluation e(task);
  e.settings.batch = 9;
  const SplitMetrics whole = e.run();
  e.settings.batch = 4;
  const SplitMetrics parts = e.run();
  BOOST_TEST(whole.split == "test");
  BOOST_TEST_REQUIRE(whole.metrics.size() == parts.metrics.size());
  for (std::size_t m = 0; m < whole.metrics.size(); ++m) {
    BOOST_TEST(whole.metrics[m].name == parts.metrics[m].name);
    // Sums of doubles in another order.
    BOOST_TEST(std::abs(whole.metrics[m].value - parts.metrics[m].value) <= 1e-12 * std::abs(whole.metrics[m].value));
  }
}

BOOST_AUTO_TEST_CASE(firing_rates_are_spikes_per_neuron_and_second) {
  FakeTask task;
  Evaluation e(task, 2.0);
  const SplitMetrics metrics = e.run();
  const BackendPass pass = e.backend->forward(whole_set(e).input);
  double all_spikes = 0.0;
  for (const std::size_t p : {0u, 1u}) {
    const std::vector<float> spikes = pass.tape(Field::spike, p);
    const double count = std::accumulate(spikes.begin(), spikes.end(), 0.0);
    all_spikes += count;
    const double neuron_seconds = 9 * 12 * 2e-3 * (p == 0 ? 8 : 5);
    BOOST_TEST(count > 0.0);
    BOOST_TEST(std::abs(value(metrics, "firing_rate_hz_hidden" + std::to_string(p + 1)) - count / neuron_seconds) <
               1e-9);
  }
  BOOST_TEST(std::abs(value(metrics, "firing_rate_hz") - all_spikes / (9 * 12 * 2e-3 * 13)) < 1e-9);
}

/// The task's own code is not asked for metrics that the engine knows; their values are those of such code.
BOOST_AUTO_TEST_CASE(metrics_that_the_engine_knows_are_those_of_the_tasks_own_code) {
  class WithoutMetrics final : public FakeTask {
    [[nodiscard]] std::unique_ptr<MetricAccumulator> metrics() const override { throw DataError("not to be asked"); }
  };
  FakeTask own;
  own.info_.targets = own.info_.outputs;
  WithoutMetrics known;
  known.info_ = own.info_;
  known.info_.metrics = {{"accuracy", "", true, {MetricKind::accuracy, {LossKind::spike_count, 1.0, 0.0}}},
                         {"mse", "", false, {MetricKind::trace_mse, {}}}};
  Evaluation of_own(own), of_known(known);
  of_own.settings.batch = of_known.settings.batch = 4;
  double squares = 0.0, count = 0.0;
  of_known.settings.on_forward = [&](const BackendPass& pass, const Batch& batch) {
    for (std::size_t i = 0; i < batch.target.size(); ++i) {
      const double error = static_cast<double>(pass.readout()[i]) - static_cast<double>(batch.target[i]);
      squares += error * error;
      count += 1.0;
    }
  };
  const SplitMetrics metrics = of_known.run();
  BOOST_TEST(value(metrics, "accuracy") == value(of_own.run(), "accuracy"));
  BOOST_TEST(value(metrics, "mse") == squares / count, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(squares > 0.0);
}

BOOST_AUTO_TEST_CASE(perturbations_and_warps_reach_the_network) {
  FakeTask task;
  Evaluation e(task);
  const double clean = value(e.run(), "firing_rate_hz");
  e.settings.perturbation.deletion = 1.0;
  BOOST_TEST(value(e.run(), "firing_rate_hz") == 0.0);
  e.settings.perturbation = {};
  BOOST_TEST(value(e.run(), "firing_rate_hz") == clean);
  e.settings.time_scale = 2.0;
  std::size_t steps = 0, done = 0;
  e.settings.on_forward = [&](const BackendPass& pass, const Batch& /*batch*/) { steps = pass.shape().steps; };
  e.settings.on_batch = [&](std::size_t samples_done, std::size_t /*samples*/) { done = samples_done; };
  e.run();
  BOOST_TEST(steps == 24u);
  BOOST_TEST(done == 9u);
}

BOOST_AUTO_TEST_CASE(analog_input_has_no_spikes_to_perturb) {
  FakeTask task;
  task.info_.input_kind = InputKind::analog;
  Evaluation e(task);
  BOOST_TEST(std::isfinite(value(e.run(), "loss")));
  e.settings.perturbation.addition = 0.1;
  BOOST_CHECK_THROW(e.run(), ConfigError);
}

BOOST_AUTO_TEST_CASE(a_stopped_evaluation_has_no_result) {
  FakeTask task;
  Evaluation e(task);
  const std::atomic<bool> stop{true};
  e.settings.stop = &stop;
  BOOST_TEST(!evaluate(*e.backend, task, e.set, e.settings).has_value());
}

BOOST_AUTO_TEST_CASE(loss_terms_add_up_by_weight) {
  FakeTask task;
  Evaluation e(task);
  const Batch batch = whole_set(e);
  const auto loss_of = [&](std::vector<LossTerm> terms, double fraction) {
    FakeTask other;
    other.info_.losses = std::move(terms);
    TaskLoss loss(other, e.backend->network());
    e.backend->zero_gradients();
    std::vector<float> all(e.backend->layout().size);
    const double value = loss.train(e.backend->forward_with_tape(batch.input), batch, fraction).value();
    BOOST_TEST(loss.evaluate(e.backend->forward(batch.input), batch, fraction).value() == value);
    e.backend->read(Block::gradients, all);
    all.push_back(static_cast<float>(value));
    return all;
  };
  const LossTerm last{LossKind::last_step, 0.5, 0.0}, callback{LossKind::callback, 2.0, 0.0},
      rate{LossKind::rate, 0.1, 10.0};
  const auto a = loss_of({last}, 1.0), b = loss_of({callback}, 1.0), r = loss_of({rate}, 1.0);
  const auto sum = loss_of({last, callback, rate}, 1.0), half = loss_of({last, callback, rate}, 0.5);
  double size = 0.0;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    // Float sums in another order.
    BOOST_TEST(std::abs(a[i] + b[i] + r[i] - sum[i]) < 1e-5 * (1.0 + std::abs(sum[i])));
    BOOST_TEST(std::abs(sum[i] - 2.0 * half[i]) < 1e-5 * (1.0 + std::abs(sum[i])));
    size += std::abs(sum[i]);
  }
  BOOST_TEST(size > 0.0);
  BOOST_TEST(r.back() > 0.0);
}

BOOST_AUTO_TEST_SUITE_END()
