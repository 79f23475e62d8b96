// Training shared by several ranks is that of one process, up to the order of sums.
#include <algorithm>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <memory>
#include <numeric>

#include "support/compare.hpp"
#include "support/thread_ranks.hpp"
#include "unit/training_run.hpp"

namespace data = boost::unit_test::data;
using namespace hetsyn;
using namespace hetsyn::testing;
using test::relative_error;

namespace {

/// What a rank ends with.
struct Result {
  Checkpoint last;
  std::vector<EpochRecord> epochs;
  std::vector<StepRecord> steps;
};

Result result_of(const TrainingRun& run) { return {run.trainer.snapshot(), run.observer.epochs, run.observer.steps}; }

Result alone(const FakeTask& task, const TrainSettings& settings, std::string_view device) {
  TrainingRun run(task, settings, small_network(task.info()), device);
  run.run();
  return result_of(run);
}

/// [rank]
std::vector<Result> together(std::size_t ranks, const FakeTask& task, const TrainSettings& settings,
                             std::string_view device) {
  std::vector<Result> results(ranks);
  const auto ends = ThreadRanks(ranks).run([&](Communicator& communicator) {
    TrainingRun run(task, settings, small_network(task.info()), device, 1, communicator);
    run.run();
    results[communicator.rank()] = result_of(run);
  });
  for (const auto& end : ends) BOOST_TEST_REQUIRE(!end.has_value(), end->message);
  return results;
}

void check_metrics(const EpochRecord& a, const EpochRecord& b, double tolerance) {
  BOOST_TEST_REQUIRE(a.splits.size() == b.splits.size());
  for (std::size_t s = 0; s < a.splits.size(); ++s) {
    for (std::size_t m = 0; m < a.splits[s].metrics.size(); ++m) {
      const NamedMetric &mine = a.splits[s].metrics[m], &theirs = b.splits[s].metrics[m];
      BOOST_TEST(mine.name == theirs.name);
      BOOST_TEST(std::abs(mine.value - theirs.value) <= tolerance * std::abs(theirs.value),
                 a.splits[s].split << " " << mine.name << ": " << mine.value << " and " << theirs.value);
    }
  }
}

/// Sums in another order change a gradient by some 1e-7 of it, and the run by a little more with each of its 15 steps;
/// a spike that flips would change it by 1e-2.
constexpr double kTolerance = 2e-5;

}  // namespace

BOOST_AUTO_TEST_SUITE(data_parallel)

// Batches of 4 and of 2, so that ranks have one sample more than others, and some ranks have none.
BOOST_DATA_TEST_CASE(ranks_train_the_network_of_one_process,
                     data::make({"cpu", "reference"}) * data::make({2U, 3U, 5U}), device, ranks) {
  const FakeTask task;
  const TrainSettings settings = small_settings();
  const Result one = alone(task, settings, device);
  const std::vector<Result> many = together(ranks, task, settings, device);
  for (const Result& rank : many) {
    BOOST_TEST((rank.last.parameters == many.front().last.parameters));
    BOOST_TEST((rank.last.moment2 == many.front().last.moment2));
    BOOST_TEST((rank.last.progress == many.front().last.progress));
    BOOST_TEST((rank.epochs == many.front().epochs));
  }
  BOOST_TEST(relative_error(many.front().last.parameters, one.last.parameters) < kTolerance);
  BOOST_TEST_REQUIRE(many.front().epochs.size() == one.epochs.size());
  for (std::size_t e = 0; e < one.epochs.size(); ++e) check_metrics(many.front().epochs[e], one.epochs[e], kTolerance);
  for (std::size_t s = 0; s < one.steps.size(); ++s) {
    BOOST_TEST(many.front().steps[s].samples == one.steps[s].samples);
    BOOST_TEST(many.front().steps[s].loss == one.steps[s].loss, boost::test_tools::tolerance(kTolerance));
    BOOST_TEST(many.front().steps[s].gradient_norm == one.steps[s].gradient_norm,
               boost::test_tools::tolerance(kTolerance));
  }
}

// Counts are summed without rounding; a mean of squares is, up to the order of its sums.
BOOST_DATA_TEST_CASE(ranks_measure_what_one_process_measures, data::make({2U, 3U, 5U}), ranks) {
  FakeTask task;
  task.info_.targets = task.info_.outputs;
  task.info_.metrics = {{"own", "", true},
                        {"accuracy", "", true, {MetricKind::accuracy, {LossKind::spike_count, 1.0, 0.0}}},
                        {"mse", "", false, {MetricKind::trace_mse, {}}}};
  TrainSettings settings = small_settings();
  settings.augmentation = {};
  settings.max_steps = 1;
  const Result one = alone(task, settings, "cpu");
  const std::vector<Result> many = together(ranks, task, settings, "cpu");
  const EpochRecord &mine = many.front().epochs.back(), &theirs = one.epochs.back();
  for (const char* split : {"validation", "test"}) {
    BOOST_TEST(mine.metric(split, "accuracy").value() == theirs.metric(split, "accuracy").value());
    BOOST_TEST(mine.metric(split, "own").value() == theirs.metric(split, "own").value());
    BOOST_TEST(mine.metric(split, "own").value() == mine.metric(split, "accuracy").value());  // the same rule
    BOOST_TEST(mine.metric(split, "mse").value() == theirs.metric(split, "mse").value(),
               boost::test_tools::tolerance(kTolerance));
  }
}

BOOST_DATA_TEST_CASE(the_same_ranks_train_the_same_bits, data::make({2U, 3U}), ranks) {
  const FakeTask task;
  const auto first = together(ranks, task, small_settings(), "cpu"),
             second = together(ranks, task, small_settings(), "cpu");
  BOOST_TEST((first.front().last.parameters == second.front().last.parameters));
  BOOST_TEST((first.front().last.progress == second.front().last.progress));
}

// The regulariser alone: its gradient is a function of the rates of the whole batch.
BOOST_AUTO_TEST_CASE(the_rate_regulariser_is_of_the_whole_batch) {
  FakeTask task;
  task.info_.losses = {{LossKind::rate, 1.0, 40.0}};
  TrainSettings settings = small_settings();
  settings.max_steps = 3;
  const Result one = alone(task, settings, "cpu");
  const std::vector<Result> many = together(3, task, settings, "cpu");
  BOOST_TEST(relative_error(many.front().last.parameters, one.last.parameters) < kTolerance);
  BOOST_TEST(many.front().steps[2].loss == one.steps[2].loss, boost::test_tools::tolerance(kTolerance));
}

BOOST_AUTO_TEST_CASE(accumulated_batches_are_shared_one_by_one) {
  FakeTask task;
  TrainSettings settings = small_settings();
  settings.accumulate = 2;
  const Result one = alone(task, settings, "cpu");
  const std::vector<Result> many = together(2, task, settings, "cpu");
  BOOST_TEST(relative_error(many.front().last.parameters, one.last.parameters) < kTolerance);
}

BOOST_AUTO_TEST_CASE(a_rank_fills_its_own_samples_alone) {
  FakeTask task;
  TrainSettings settings = small_settings();
  settings.augmentation = {};  // blending would fetch partners
  settings.epochs = 1;
  task.fills = 0;
  alone(task, settings, "cpu");
  const int fills = task.fills;
  task.fills = 0;
  together(3, task, settings, "cpu");
  BOOST_TEST(task.fills == fills);
}

BOOST_AUTO_TEST_CASE(one_rank_stops_all_at_the_same_step) {
  const FakeTask task;
  std::vector<std::uint64_t> steps(3);
  std::vector<RunEnd> run_ends(3, RunEnd::finished);
  ThreadRanks(3).run([&](Communicator& communicator) {
    TrainingRun run(task, small_settings(), small_network(task.info()), "cpu", 1, communicator);
    run_ends[communicator.rank()] = communicator.rank() == 1 ? run.run_steps(7) : run.run();
    steps[communicator.rank()] = run.trainer.progress().step;
  });
  for (std::size_t rank = 0; rank < steps.size(); ++rank) {
    BOOST_TEST(steps[rank] == 7u);
    BOOST_TEST((run_ends[rank] == RunEnd::interrupted));
  }
}

BOOST_AUTO_TEST_CASE(one_rank_stops_an_evaluation_of_all) {
  const FakeTask task;
  std::vector<RunEnd> run_ends(2, RunEnd::finished);
  std::vector<std::size_t> epochs(2, 1);
  ThreadRanks(2).run([&](Communicator& communicator) {
    TrainingRun run(task, small_settings(), small_network(task.info()), "cpu", 1, communicator);
    if (communicator.rank() == 1) run.observer.at_evaluation = [&run] { run.stop = true; };
    run_ends[communicator.rank()] = run.run();
    epochs[communicator.rank()] = run.observer.epochs.size();
  });
  BOOST_TEST(epochs == std::vector<std::size_t>(2, 0));
  BOOST_TEST((run_ends == std::vector(2, RunEnd::interrupted)));
}

BOOST_AUTO_TEST_CASE(a_failure_of_one_rank_is_that_of_all) {
  FakeTask task;
  task.failing_sample = 3;
  const auto ends = ThreadRanks(4).run([&](Communicator& communicator) {
    TrainingRun run(task, small_settings(), small_network(task.info()), "cpu", 1, communicator);
    run.run();
  });
  for (const auto& end : ends) {
    BOOST_TEST_REQUIRE(end.has_value());
    BOOST_TEST(end->message == "the failing sample");
  }
}

BOOST_AUTO_TEST_CASE(ranks_that_drifted_apart_are_found) {
  const FakeTask task;
  const auto ends = ThreadRanks(2).run([&](Communicator& communicator) {
    TrainingRun run(task, small_settings(), small_network(task.info()), "cpu", 1, communicator);
    if (communicator.rank() == 1) {
      AlignedVector<float> parameters = run.trainer.snapshot().parameters;
      parameters[5] += 1e-3F;
      run.backend->write(Block::parameters, parameters);
    }
    run.run();
  });
  for (const auto& end : ends) {
    BOOST_TEST_REQUIRE(end.has_value());
    BOOST_TEST(end->message.find("the parameters of rank 1 are not those of rank 0") != std::string::npos,
               end->message);
  }
}

BOOST_AUTO_TEST_CASE(a_run_is_continued_by_another_number_of_ranks) {
  const FakeTask task;
  Checkpoint checkpoint;
  ThreadRanks(2).run([&](Communicator& communicator) {
    TrainingRun run(task, small_settings(), small_network(task.info()), "cpu", 1, communicator);
    run.run_steps(7);
    if (communicator.rank() == 0) checkpoint = run.observer.last.back();
  });
  BOOST_TEST_REQUIRE(checkpoint.progress.step == 7u);
  TrainingRun rest(task, small_settings());
  rest.trainer.restore(checkpoint);
  BOOST_TEST((rest.run() == RunEnd::finished));
  const Result one = alone(task, small_settings(), "cpu");
  BOOST_TEST(relative_error(rest.trainer.snapshot().parameters, one.last.parameters) < kTolerance);
}

BOOST_AUTO_TEST_SUITE_END()
