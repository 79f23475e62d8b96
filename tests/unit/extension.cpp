// Runs that are made longer.
#include "run/extension.hpp"

#include <boost/test/unit_test.hpp>
#include <hetsyn/exceptions.hpp>

using namespace hetsyn;

namespace {

SampleSet drawn() { return {"train", 0, SplitRole::train, true, {}}; }

TrainSettings of_steps(std::uint64_t steps) {
  TrainSettings settings;
  settings.iterations = steps;
  settings.iterations_per_epoch = 6;
  return settings;
}

TrainingProgress after(std::uint64_t steps) {
  TrainingProgress progress;
  progress.step = steps;
  progress.epoch = (steps + 5) / 6;
  return progress;
}

std::string refusal(const TrainSettings& recorded, const TrainSettings& settings, const TrainingProgress& progress) {
  try {
    extension_of("runs/a", drawn(), recorded, settings, progress);
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(extension)

BOOST_AUTO_TEST_CASE(only_another_length_is_one) {
  BOOST_TEST(!extension_of("runs/a", drawn(), of_steps(24), of_steps(24), after(24)));
  TrainSettings cut = of_steps(24);
  cut.max_steps = 12;
  BOOST_TEST(!extension_of("runs/a", drawn(), cut, of_steps(24), after(12)));
  BOOST_TEST((extension_of("runs/a", drawn(), of_steps(24), of_steps(30), after(24)) == Extension{24, 24, 30}));
  TrainSettings epochs = of_steps(0);
  epochs.iterations.reset();
  epochs.epochs = 8;
  BOOST_TEST((extension_of("runs/a", drawn(), of_steps(24), epochs, after(18)) == Extension{18, 24, 48}));
}

BOOST_AUTO_TEST_CASE(what_another_run_would_be_is_refused) {
  BOOST_TEST(refusal(of_steps(24), of_steps(18), after(12)) ==
             "runs/a: a run of 24 steps that is resumed cannot be made shorter, to 18 steps; expected as many or more, "
             "or train.max_steps");
  BOOST_TEST(refusal(of_steps(20), of_steps(48), after(20)).find("within an epoch, after 2 of its 6 steps") !=
             std::string::npos);
  TrainingProgress within = after(18);
  within.step = 20;
  within.step_in_epoch = 2;  // stopped there, and not ended
  BOOST_TEST(refusal(of_steps(24), of_steps(48), within).empty());
}

BOOST_AUTO_TEST_CASE(a_learning_rate_that_depends_on_the_length_cannot_change_it) {
  TrainSettings recorded = of_steps(24), longer = of_steps(48);
  for (TrainSettings* settings : {&recorded, &longer}) settings->schedule = {.kind = ScheduleKind::cosine};
  BOOST_TEST(refusal(recorded, longer, after(24)).find("cosine over the whole run, whose 24 steps cannot become 48") !=
             std::string::npos);
  for (TrainSettings* settings : {&recorded, &longer}) settings->schedule.epochs = 4.0;
  BOOST_TEST(refusal(recorded, longer, after(24)).empty());
  for (TrainSettings* settings : {&recorded, &longer}) settings->schedule = {.kind = ScheduleKind::step};
  BOOST_TEST(refusal(recorded, longer, after(24)).empty());
}

BOOST_AUTO_TEST_SUITE_END()
