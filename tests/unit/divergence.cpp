// A network that is no longer finite is neither evaluated nor told nor saved.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <limits>

#include "unit/training_run.hpp"

using namespace hetsyn;
using namespace hetsyn::testing;

namespace {

/// Two epochs of five steps, the last of which has a learning rate `factor` times as large as the others.
TrainSettings settings_with_last_step(double factor) {
  TrainSettings settings = small_settings();
  settings.epochs = 2;
  settings.optimizer.gradient_clip = 0.0;
  settings.schedule = {.kind = ScheduleKind::step, .factor = factor, .every = 9};
  return settings;
}

/// The run is refused with this in the message, and has left the first epoch alone.
void check_diverges_in_the_second_epoch(TrainingRun& run, const std::string& message, bool evaluates = false) {
  bool evaluated = false;
  run.observer.at_evaluation = [&] { evaluated |= run.observer.steps.size() > 5; };
  BOOST_CHECK_EXCEPTION(run.run(), RunError, [&](const RunError& error) {
    BOOST_TEST_MESSAGE(error.what());
    return std::string(error.what()).find(message) != std::string::npos;
  });
  BOOST_TEST(evaluated == evaluates);
  BOOST_TEST_REQUIRE(run.observer.epochs.size() == 1u);
  BOOST_TEST(run.observer.epochs.front().epoch == 1u);
  for (const auto* checkpoints : {&run.observer.last, &run.observer.best}) {
    BOOST_TEST_REQUIRE(checkpoints->size() == 1u);
    BOOST_TEST(checkpoints->back().progress.step == 5u);
    for (const float p : checkpoints->back().parameters) BOOST_REQUIRE(std::isfinite(p));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(divergence)

BOOST_AUTO_TEST_CASE(divergence_is_an_error_and_leaves_no_bad_checkpoint) {
  FakeTask task;
  TrainSettings settings = small_settings();
  settings.checkpoint_every_steps = 1;
  settings.optimizer.gradient_clip = 0.0;
  settings.optimizer.learning_rate = 1e38;
  settings.schedule = {};
  TrainingRun run(task, settings);
  BOOST_CHECK_THROW(run.run(), RunError);
  for (const Checkpoint& checkpoint : run.observer.last) {
    for (const float p : checkpoint.parameters) BOOST_REQUIRE(std::isfinite(p));
  }
}

BOOST_AUTO_TEST_CASE(parameters_are_looked_at_before_an_epoch_is_evaluated) {
  FakeTask task;
  TrainingRun run(task, settings_with_last_step(1e50));
  check_diverges_in_the_second_epoch(run, "a parameter is no longer finite after step 10: training has diverged");
}

/// An infinite second moment freezes its parameter, which stays finite.
BOOST_AUTO_TEST_CASE(so_are_the_moments_of_the_optimizer) {
  class Steep : public FakeTask {
   public:
    Steep() { info_.losses = {{LossKind::callback, 1.0, 0.0}}; }
    double loss_callback(const BatchAnswer& batch, std::span<float> d_readout) const override {
      const double loss = FakeTask::loss_callback(batch, d_readout);
      if (steep) std::ranges::fill(d_readout, 1e25F);
      return loss;
    }
    bool steep = false;
  } task;
  TrainingRun run(task, settings_with_last_step(1.0));
  run.observer.at_step = [&] { task.steep = run.observer.steps.size() == 9; };
  check_diverges_in_the_second_epoch(run, "a moment of the optimizer is no longer finite after step 10");
}

/// Parameters of 1e23 are finite; the squares of the results are not.
BOOST_AUTO_TEST_CASE(an_answer_that_is_not_finite_is_not_recorded) {
  FakeTask task;
  task.info_.losses = {{LossKind::callback, 1.0, 0.0}};
  TrainingRun run(task, settings_with_last_step(1e25));
  check_diverges_in_the_second_epoch(run, "the loss is inf on the validation samples: the network has diverged", true);
}

BOOST_AUTO_TEST_CASE(a_gradient_that_is_not_finite_is_not_clipped_to_nothing) {
  class Infinite : public FakeTask {
   public:
    Infinite() { info_.losses = {{LossKind::callback, 1.0, 0.0}}; }
    double loss_callback(const BatchAnswer& /*batch*/, std::span<float> d_readout) const override {
      std::ranges::fill(d_readout, std::numeric_limits<float>::infinity());
      return 1.0;
    }
  } task;
  TrainingRun run(task, small_settings());
  BOOST_CHECK_EXCEPTION(run.run(), RunError, [](const RunError& error) {
    return std::string(error.what()).find("the norm of the gradient is") == 0;
  });
  BOOST_TEST(run.observer.steps.empty());
  for (const float p : run.trainer.snapshot().parameters) BOOST_REQUIRE(std::isfinite(p));
}

BOOST_AUTO_TEST_SUITE_END()
