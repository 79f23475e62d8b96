#include "training/trainer.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <set>

#include "unit/training_run.hpp"

using namespace hetsyn;
using namespace hetsyn::testing;

namespace {

constexpr std::size_t kSteps = 15;  // of small_settings(): three epochs of five

bool refused_for(const FakeTask& task, const TrainSettings& settings, const std::string& key) {
  try {
    TrainingRun run(task, settings);
  } catch (const ConfigError& error) {
    return error.key() == key;
  }
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(trainer)

BOOST_AUTO_TEST_CASE(augmentation_that_does_not_fit_is_refused) {
  FakeTask task;
  TrainSettings settings = small_settings();
  settings.augmentation = {.blend_probability = 0.5};
  task.info_.splits[0].drawn = true;
  BOOST_TEST(refused_for(task, settings, "augment.blend_probability"));
  task.info_.splits[0].drawn = false;
  task.info_.targets = 1;
  BOOST_TEST(refused_for(task, settings, "augment.blend_probability"));
  settings.augmentation = {.shift_ms = 5.0};
  BOOST_TEST(refused_for(task, settings, "augment.shift_ms"));
  task.info_.targets = 0;
  task.info_.input_kind = InputKind::analog;
  BOOST_TEST(refused_for(task, settings, "augment"));
}

BOOST_AUTO_TEST_CASE(augmentation_changes_training_alone) {
  FakeTask task;
  TrainSettings settings = small_settings();
  settings.optimizer.learning_rate = 1e-30;  // the network stays as it is, so that only samples can differ
  settings.max_steps = 5;
  NetworkSpec spec = small_network(task.info());
  spec.dropout = 0.0;
  TrainingRun changed(task, settings, spec);
  settings.augmentation = {};
  TrainingRun clean(task, settings, spec);
  changed.run();
  clean.run();
  const EpochRecord &a = changed.observer.epochs.front(), &b = clean.observer.epochs.front();
  BOOST_TEST(a.metric("train", "loss").value() != b.metric("train", "loss").value());
  for (const char* split : {"validation", "test"}) {
    BOOST_TEST(a.metric(split, "loss").value() == b.metric(split, "loss").value());
  }
}

BOOST_AUTO_TEST_CASE(a_run_visits_all_samples_and_records_all_epochs) {
  FakeTask task;
  TrainingRun run(task, small_settings());
  BOOST_TEST(run.trainer.length().steps == kSteps);
  BOOST_TEST((run.run() == RunEnd::finished));
  BOOST_TEST_REQUIRE(run.observer.steps.size() == kSteps);
  const std::size_t samples = run.trainer.sets().train.indices.size();
  BOOST_TEST(samples == 18u);
  for (std::size_t i = 0; i < kSteps; ++i) {
    const StepRecord& step = run.observer.steps[i];
    BOOST_TEST(step.step == i + 1);
    BOOST_TEST(step.epoch == i / 5 + 1);
    BOOST_TEST(step.step_in_epoch == i % 5 + 1);
    BOOST_TEST(step.samples == (i % 5 == 4 ? 2u : 4u));
    BOOST_TEST(step.gradient_norm > 0.0);
  }
  BOOST_TEST_REQUIRE(run.observer.epochs.size() == 3u);
  for (const EpochRecord& epoch : run.observer.epochs) {
    BOOST_TEST_REQUIRE(epoch.splits.size() == 3u);
    for (const char* split : {"train", "validation", "test"}) {
      for (const char* name : {"accuracy", "loss", "firing_rate_hz", "firing_rate_hz_hidden1"}) {
        BOOST_TEST(std::isfinite(epoch.metric(split, name).value()));
      }
    }
  }
  // The training metrics of an epoch are the means of its steps, by samples.
  double accuracy = 0.0, loss = 0.0;
  for (std::size_t i = 0; i < 5; ++i) {
    const StepRecord& step = run.observer.steps[i];
    accuracy += static_cast<double>(step.samples) * step.metrics[0].value / 18.0;
    loss += static_cast<double>(step.samples) * step.loss / 18.0;
  }
  BOOST_TEST(std::abs(run.observer.epochs[0].metric("train", "accuracy").value() - accuracy) < 1e-12);
  BOOST_TEST(std::abs(run.observer.epochs[0].metric("train", "loss").value() - loss) < 1e-12);
}

BOOST_AUTO_TEST_CASE(training_learns) {
  FakeTask task;
  task.info_.splits = {{"train", SplitRole::train, false, 60}, {"test", SplitRole::test, false, 100}};
  TrainSettings settings = small_settings();
  settings.epochs = 20;
  settings.protocol = Protocol::paper;
  TrainingRun run(task, settings);
  run.run();
  const auto& epochs = run.observer.epochs;
  // Chance is 0.5, with a standard error of 0.05 on 100 samples; builds that round differently reach 0.94 to 0.97.
  BOOST_TEST(epochs.back().metric("test", "accuracy").value() >= 0.85);
  BOOST_TEST(epochs.back().metric("train", "loss").value() < epochs.front().metric("train", "loss").value());
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  FakeTask task;
  const TrainSettings settings = small_settings();
  TrainingRun one(task, settings), three(task, settings, small_network(task.info()), "cpu", 3);
  one.run();
  three.run();
  BOOST_TEST((one.trainer.snapshot().parameters == three.trainer.snapshot().parameters));
  BOOST_TEST((one.observer.epochs == three.observer.epochs));
}

BOOST_AUTO_TEST_CASE(the_seed_changes_the_run) {
  FakeTask task;
  TrainSettings settings = small_settings();
  TrainingRun one(task, settings);
  settings.seed = 6;
  TrainingRun other(task, settings);
  one.run();
  other.run();
  BOOST_TEST((one.trainer.snapshot().parameters != other.trainer.snapshot().parameters));
  BOOST_CHECK_THROW(other.trainer.restore(one.trainer.snapshot()), RunError);
}

BOOST_AUTO_TEST_CASE(accumulated_batches_equal_a_large_one) {
  FakeTask task;
  task.info_.losses = {{LossKind::softmax_sum, 1.0, 0.0}};  // the rate term is not linear in the batch
  TrainSettings settings = small_settings();
  settings.batch = 8;  // steps of 8, 8 and 2 samples
  const NetworkSpec spec = small_network(task.info());
  TrainingRun large(task, settings, spec, "reference");
  settings.batch = 3;
  settings.accumulate = 3;  // steps of 3+3+3, 3+3+3
  TrainingRun uneven(task, settings, spec, "reference");
  settings.batch = 9;
  settings.accumulate = 1;
  TrainingRun nine(task, settings, spec, "reference");
  settings.batch = 2;
  settings.accumulate = 4;
  TrainingRun small(task, settings, spec, "reference");
  for (TrainingRun* run : {&large, &uneven, &nine, &small}) run->run();
  const auto close = [](const TrainingRun& a, const TrainingRun& b) {
    const auto x = a.trainer.snapshot().parameters, y = b.trainer.snapshot().parameters;
    double difference = 0.0, norm = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      difference += std::pow(double{x[i]} - double{y[i]}, 2);
      norm += std::pow(double{x[i]}, 2);
    }
    return std::sqrt(difference / norm);
  };
  // The port's gradients are float: rounding of 6e-8 in each of ten or so steps, amplified by Adam's normalisation.
  BOOST_TEST(close(large, small) < 1e-4);
  BOOST_TEST(close(nine, uneven) < 1e-4);
  BOOST_TEST(close(large, nine) > 1e-3);  // the check can fail
  for (std::size_t i = 0; i < large.observer.steps.size(); ++i) {
    BOOST_TEST(large.observer.steps[i].samples == small.observer.steps[i].samples);
    BOOST_TEST(std::abs(large.observer.steps[i].loss - small.observer.steps[i].loss) < 1e-4);
  }
}

BOOST_AUTO_TEST_CASE(the_gradients_of_another_backend_are_compared_and_forgotten) {
  FakeTask task;
  TrainingRun run(task, small_settings(), small_network(task.info()));
  TrainingRun same(task, small_settings(), small_network(task.info()));
  TrainingRun reference(task, small_settings(), small_network(task.info()), "reference");
  BOOST_TEST(run.trainer.gradient_error(*same.backend) == 0.0);
  const double error = run.trainer.gradient_error(*reference.backend);
  BOOST_TEST(error > 0.0);
  BOOST_TEST(error < 1e-5);  // as in tests/backend
  run.run();
  same.run();
  BOOST_TEST(run.trainer.snapshot().parameters == same.trainer.snapshot().parameters, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_drawn_task_never_repeats_a_sample) {
  class Drawn : public FakeTask {
   public:
    Drawn() {
      for (Split& split : info_.splits) split.drawn = true;
      info_.static_samples = false;
    }
    [[nodiscard]] Sample fill(const SampleRequest& request) const override {
      const std::lock_guard lock(mutex);
      (request.split == 0 ? trained : tested).emplace(request.seed, request.index);
      return FakeTask::fill(request);
    }
    mutable std::mutex mutex;
    mutable std::multiset<std::pair<std::uint64_t, std::uint64_t>> trained, tested;
  } task;
  TrainSettings settings = small_settings();
  settings.augmentation.blend_probability = 0.0;  // whose class is known only once they are drawn
  settings.protocol = Protocol::paper;
  settings.iterations = 7;
  settings.iterations_per_epoch = 3;
  settings.accumulate = 2;
  TrainingRun run(task, settings);
  BOOST_TEST((run.run() == RunEnd::finished));
  BOOST_TEST(run.observer.steps.size() == 7u);
  BOOST_TEST(run.observer.epochs.size() == 3u);
  const std::set<std::pair<std::uint64_t, std::uint64_t>> distinct(task.trained.begin(), task.trained.end());
  BOOST_TEST(distinct.size() == task.trained.size());
  BOOST_TEST(distinct.size() >= 7u * 8u);
  // Each evaluation sees the same nine samples.
  const std::set<std::pair<std::uint64_t, std::uint64_t>> evaluated(task.tested.begin(), task.tested.end());
  BOOST_TEST(evaluated.size() == 9u);
  BOOST_TEST(task.tested.size() == 27u);
}

BOOST_AUTO_TEST_CASE(patience_ends_a_run_that_gets_no_better) {
  FakeTask task;
  TrainSettings settings = small_settings();
  settings.epochs = 50;
  settings.patience = 4;
  settings.optimizer.learning_rate = 1e-30;  // nothing changes: the first evaluation stays the best
  settings.optimizer.weight_decay = 0.0;
  TrainingRun run(task, settings);
  BOOST_TEST((run.run() == RunEnd::early_stop));
  BOOST_TEST(run.observer.epochs.size() == 5u);
  BOOST_TEST(run.observer.best.size() == 1u);
  BOOST_TEST(run.trainer.progress().records.best_validation->epoch == 1u);
  TrainingRun again(task, settings);
  again.trainer.restore(run.observer.last.back());
  BOOST_TEST((again.run() == RunEnd::early_stop));
  BOOST_TEST(again.observer.steps.empty());
}

BOOST_AUTO_TEST_CASE(evaluations_and_checkpoints_come_as_often_as_asked) {
  FakeTask task;
  TrainSettings settings = small_settings();
  settings.evaluate_every = 2;
  settings.checkpoint_every_steps = 2;
  TrainingRun run(task, settings);
  run.run();
  const auto evaluated = [&](std::size_t epoch) { return run.observer.epochs[epoch].split("test") != nullptr; };
  BOOST_TEST(!evaluated(0));
  BOOST_TEST(evaluated(1));
  BOOST_TEST(evaluated(2));  // the last epoch always is
  std::vector<std::uint64_t> steps;
  for (const Checkpoint& checkpoint : run.observer.last) steps.push_back(checkpoint.progress.step);
  const std::vector<std::uint64_t> expected{2, 4, 5, 6, 8, 10, 12, 14, 15};
  BOOST_TEST(steps == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(settings_that_do_not_fit_the_task_are_refused) {
  FakeTask task;
  TrainSettings settings = small_settings();
  settings.iterations = 10;
  BOOST_TEST(refused_for(task, settings, "train.iterations"));
  task.info_.metrics[0].name = "loss";
  BOOST_TEST(refused_for(task, small_settings(), ""));
  FakeTask counting;
  counting.info_.losses = {{LossKind::spike_count, 1.0, 0.0}};
  BOOST_TEST(refused_for(counting, small_settings(), "model.spiking_readout"));
}

BOOST_AUTO_TEST_CASE(an_exception_of_the_task_ends_the_run) {
  FakeTask task;
  task.failing_sample = 3;
  TrainingRun run(task, small_settings());
  BOOST_CHECK_THROW(run.run(), DataError);
}

BOOST_AUTO_TEST_SUITE_END()
