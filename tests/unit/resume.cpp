// A run that was broken off anywhere, or ended by max_steps, and continued is bit for bit the run in one piece.
#include <unistd.h>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <ostream>

#include "unit/training_run.hpp"

namespace data = boost::unit_test::data;
using namespace hetsyn;
using namespace hetsyn::testing;

namespace {

constexpr std::size_t kSteps = 15;  // of small_settings(): three epochs of five

Checkpoint through_a_file(const Checkpoint& checkpoint, const ParameterLayout& layout) {
  const auto path = std::filesystem::temp_directory_path() / ("hetsyn_resume_" + std::to_string(::getpid()) + ".h5");
  write_checkpoint(path.string(), layout, checkpoint);
  Checkpoint back = read_checkpoint(path.string(), layout);
  std::filesystem::remove(path);
  return back;
}

void check_equal(const Checkpoint& actual, const Checkpoint& expected) {
  BOOST_TEST((actual.parameters == expected.parameters));
  BOOST_TEST((actual.moment1 == expected.moment1));
  BOOST_TEST((actual.moment2 == expected.moment2));
  BOOST_TEST((actual.progress == expected.progress));
}

struct Setting {
  const char* name;
  void (*change)(TrainSettings& settings, FakeTask& task);
};
std::ostream& operator<<(std::ostream& out, const Setting& setting) { return out << setting.name; }
const std::vector<Setting> kSettings{
    {"as they are", [](TrainSettings&, FakeTask&) {}},
    {"evaluated every other epoch", [](TrainSettings& s, FakeTask&) { s.evaluate_every = 2; }},
    {"evaluated at the end", [](TrainSettings& s, FakeTask&) { s.evaluate_every = 10; }},
    {"log τ trained", [](TrainSettings& s, FakeTask&) { s.optimizer.decay_parameter = DecayParameter::log_tau; }},
    {"with patience",
     [](TrainSettings& s, FakeTask&) {
       s.patience = 1;
       s.optimizer.learning_rate = 1e-30;  // the first evaluation stays the best: the second ends the run
     }},
    {"selected on the test set", [](TrainSettings& s, FakeTask&) { s.protocol = Protocol::paper; }},
    {"accumulated, with checkpoints between",
     [](TrainSettings& s, FakeTask&) {
       s.batch = 2;
       s.accumulate = 2;
       s.checkpoint_every_steps = 1;
     }},
    {"drawn, the last epoch short",
     [](TrainSettings& s, FakeTask& task) {
       for (auto& split : task.info_.splits) split.drawn = true;
       task.info_.static_samples = false;
       s.augmentation = {};
       s.iterations = 13;
       s.iterations_per_epoch = 5;
     }},
};
using Ends = std::vector<std::uint64_t>;
const std::vector<Ends> kEnds{{3}, {5}, {7}, {10}, {14}, {2, 4}, {5, 10}, {1, 5, 6, 8, 10, 12}};

}  // namespace

namespace std {
ostream& operator<<(ostream& out, const Ends& ends) {
  for (const std::uint64_t end : ends) out << end << ' ';
  return out;
}
}  // namespace std

BOOST_AUTO_TEST_SUITE(resume)

BOOST_DATA_TEST_CASE(resuming_after_any_step_changes_no_bit,
                     data::make({"cpu", "reference"}) * data::make({false, true}), device, adapts) {
  FakeTask task;
  const TrainSettings settings = small_settings();
  NetworkSpec spec = small_network(task.info());
  spec.adaptation = spec.adaptation_per_neuron = spec.adaptation_trained = adapts;
  spec.membrane_adaptation.a = 0.3;
  TrainingRun whole(task, settings, spec, device);
  whole.run();
  for (std::size_t stop_after = 1; stop_after < kSteps; ++stop_after) {
    TrainingRun first(task, settings, spec, device);
    BOOST_TEST((first.run_steps(stop_after) == RunEnd::interrupted));
    BOOST_TEST(first.observer.steps.size() == stop_after);
    Checkpoint checkpoint = first.observer.last.back();
    if (stop_after == 7) checkpoint = through_a_file(checkpoint, first.backend->layout());

    TrainingRun second(task, settings, spec, device);
    second.trainer.restore(checkpoint);
    BOOST_TEST((second.run() == RunEnd::finished));
    BOOST_TEST(second.observer.steps.size() == kSteps - stop_after);
    check_equal(second.trainer.snapshot(), whole.trainer.snapshot());
    std::vector<EpochRecord> epochs = first.observer.epochs;
    epochs.insert(epochs.end(), second.observer.epochs.begin(), second.observer.epochs.end());
    BOOST_TEST((epochs == whole.observer.epochs));
  }
}

BOOST_AUTO_TEST_CASE(a_stop_during_evaluation_repeats_the_evaluation) {
  FakeTask task;
  const TrainSettings settings = small_settings();
  TrainingRun whole(task, settings);
  whole.run();
  TrainingRun first(task, settings);
  first.observer.at_evaluation = [&] { first.stop = true; };
  BOOST_TEST((first.run() == RunEnd::interrupted));
  BOOST_TEST(first.observer.epochs.empty());
  TrainingRun second(task, settings);
  second.trainer.restore(first.observer.last.back());
  second.run();
  BOOST_TEST((second.observer.epochs == whole.observer.epochs));
  BOOST_TEST((second.trainer.snapshot().parameters == whole.trainer.snapshot().parameters));
}

BOOST_DATA_TEST_CASE(max_steps_leaves_no_trace_in_a_longer_run, data::make(kSettings) * data::make(kEnds), setting,
                     ends) {
  FakeTask task;
  TrainSettings settings = small_settings();
  setting.change(settings, task);
  TrainingRun whole(task, settings);
  const RunEnd whole_end = whole.run();
  Checkpoint checkpoint = TrainingRun(task, settings).trainer.snapshot();
  std::size_t steps = 0;
  const auto run_until = [&](std::uint64_t max_steps) {
    settings.max_steps = max_steps;
    TrainingRun piece(task, settings);
    piece.trainer.restore(checkpoint);
    const RunEnd end = piece.run();
    steps += piece.observer.steps.size();
    checkpoint = through_a_file(piece.trainer.snapshot(), piece.backend->layout());
    return end;
  };
  for (const std::uint64_t end : ends) run_until(end);
  BOOST_TEST((run_until(0) == whole_end));
  BOOST_TEST(steps == whole.observer.steps.size());
  check_equal(checkpoint, whole.trainer.snapshot());
}

BOOST_AUTO_TEST_CASE(max_steps_ends_with_a_provisional_record) {
  FakeTask task;
  TrainSettings settings = small_settings();
  settings.max_steps = 7;
  TrainingRun first(task, settings);
  BOOST_TEST((first.run() == RunEnd::max_steps));
  BOOST_TEST(first.observer.steps.size() == 7u);
  BOOST_TEST_REQUIRE(first.observer.epochs.size() == 2u);
  const EpochRecord& provisional = first.observer.epochs.back();
  BOOST_TEST(provisional.provisional);
  BOOST_TEST(provisional.epoch == 2u);
  BOOST_TEST(provisional.step == 7u);
  BOOST_TEST(provisional.metric("test", "accuracy").has_value());
  const TrainingProgress& progress = first.trainer.progress();
  BOOST_TEST(progress.epoch == 1u);
  BOOST_TEST(progress.records.last->step == 5u);
  BOOST_TEST((progress.records.provisional == provisional));
  BOOST_TEST(first.observer.best.size() == 1u);  // of the first epoch
  // The same limit, or a smaller one: nothing is left to do.
  for (const std::uint64_t limit : {7U, 2U}) {
    settings.max_steps = limit;
    TrainingRun same(task, settings);
    same.trainer.restore(first.observer.last.back());
    BOOST_TEST((same.run() == RunEnd::max_steps));
    BOOST_TEST(same.observer.steps.empty());
    BOOST_TEST(same.observer.epochs.empty());
    BOOST_TEST((same.trainer.progress() == progress));
  }
}

BOOST_AUTO_TEST_CASE(a_limit_that_was_passed_ends_a_run_where_it_is) {
  FakeTask task;
  TrainSettings settings = small_settings();
  settings.evaluate_every = 10;
  for (const std::size_t broken_off : {8U, 10U}) {
    settings.max_steps = 0;
    TrainingRun first(task, settings);
    first.run_steps(broken_off);
    settings.max_steps = 3;
    TrainingRun second(task, settings);
    second.trainer.restore(first.observer.last.back());
    BOOST_TEST((second.run() == RunEnd::max_steps));
    BOOST_TEST(second.observer.steps.empty());
    BOOST_TEST_REQUIRE(second.observer.epochs.size() == 1u);
    BOOST_TEST(second.observer.epochs.front().step == broken_off);
    BOOST_TEST(second.observer.epochs.front().provisional);
  }
}

BOOST_AUTO_TEST_CASE(where_nothing_else_was_evaluated_the_provisional_record_is_the_best) {
  FakeTask task;
  TrainSettings settings = small_settings();
  settings.evaluate_every = 2;
  settings.max_steps = 7;
  TrainingRun run(task, settings);
  run.run();
  BOOST_TEST(run.observer.best.size() == 1u);
  const Selection& selection = run.trainer.selection();
  BOOST_TEST(!run.trainer.progress().records.best(selection));
  BOOST_TEST(run.trainer.progress().records.reported(selection).best(selection)->step == 7u);
}

BOOST_AUTO_TEST_SUITE_END()
