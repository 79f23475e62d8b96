// A checkpoint whose progress is not that of the run is refused, before anything is computed from it.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <limits>
#include <optional>

#include "unit/training_run.hpp"

using namespace hetsyn;
using namespace hetsyn::testing;

namespace {

constexpr std::uint64_t kHuge = std::numeric_limits<std::uint64_t>::max();

struct Case {
  std::function<void(TrainingProgress&)> spoil;
  std::string refusal;
};

/// The checkpoint of a run that was stopped after so many steps; without, that of the first epoch's end.
Checkpoint checkpoint_after(std::optional<std::size_t> steps) {
  FakeTask task;
  TrainingRun run(task, small_settings());  // three epochs of five steps
  if (steps) {
    run.run_steps(*steps);
  } else {
    run.run();
  }
  Checkpoint checkpoint = steps ? run.observer.last.back() : run.observer.last.front();
  checkpoint.file = "last.h5";
  return checkpoint;
}

/// What restore() says of a checkpoint that was spoilt.
void check_refused(const Checkpoint& sound, const std::vector<Case>& cases) {
  FakeTask task;
  const TrainSettings settings = small_settings();
  TrainingRun(task, settings).trainer.restore(sound);
  for (const Case& each : cases) {
    Checkpoint spoilt = sound;
    each.spoil(spoilt.progress);
    TrainingRun other(task, settings);
    const std::string expected = "last.h5: " + each.refusal + " in this run";
    BOOST_CHECK_EXCEPTION(other.trainer.restore(spoilt), RunError, [&](const RunError& error) {
      BOOST_TEST(error.what() == expected);
      return true;
    });
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(progress)

BOOST_AUTO_TEST_CASE(counts_are_within_the_run) {
  check_refused(
      checkpoint_after(7),
      {{[](TrainingProgress& p) { p.seed = 77; },
        "progress/seed is 77; expected " + std::to_string(small_settings().seed)},
       {[](TrainingProgress& p) { p.step = 16; }, "progress/step is 16; expected at most 15"},
       {[](TrainingProgress& p) { p.step = kHuge; }, "progress/step is 18446744073709551615; expected at most 15"},
       {[](TrainingProgress& p) { p.step_in_epoch = 6; }, "progress/step_in_epoch is 6; expected at most 5"},
       {[](TrainingProgress& p) { p.step = 1; }, "progress/step_in_epoch is 2; expected at most 1"},
       {[](TrainingProgress& p) { p.epoch = kHuge; }, "progress/epoch is 18446744073709551615; expected 1"},
       {[](TrainingProgress& p) { p.epoch = 0; }, "progress/epoch is 0; expected 1"},
       {[](TrainingProgress& p) { p.evaluations_without_improvement = 9; },
        "progress/evaluations_without_improvement is 9; expected at most 1"}});
}

BOOST_AUTO_TEST_CASE(sums_are_those_of_the_steps) {
  const TrainSettings settings = small_settings();
  const std::uint64_t samples = 2 * settings.batch * settings.accumulate;
  check_refused(
      checkpoint_after(7),
      {{[](TrainingProgress& p) { p.sums.samples = 0; }, "progress/sums/samples is 0; expected at least 1"},
       {[](TrainingProgress& p) { p.sums.samples = kHuge; },
        "progress/sums/samples is 18446744073709551615; expected at most " + std::to_string(samples)},
       {[](TrainingProgress& p) { p.sums.metrics.clear(); }, "the length of progress/sums/metrics is 0; expected 1"},
       {[](TrainingProgress& p) { p.sums.rates_hz.push_back(1.0); },
        "the length of progress/sums/rates_hz is 3; expected 2"}});
  check_refused(checkpoint_after(std::nullopt), {{[](TrainingProgress& p) { p.sums.metrics = {1.0}; },
                                                  "the length of progress/sums/metrics is 1; expected 0"}});
}

BOOST_AUTO_TEST_CASE(records_are_of_epochs_that_were) {
  check_refused(
      checkpoint_after(7),
      {{[](TrainingProgress& p) { p.records.last.reset(); }, "the number of records/last is 0; expected 1"},
       {[](TrainingProgress& p) { p.records.last->epoch = 2; }, "records/last/epoch is 2; expected at most 1"},
       {[](TrainingProgress& p) {
          p.records.best_test = p.records.last;
          p.records.best_test->step = 8;
        },
        "records/best_test/step is 8; expected at most 7"}});
}

BOOST_AUTO_TEST_SUITE_END()
