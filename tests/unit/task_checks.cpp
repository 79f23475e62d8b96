#include "data/task_checks.hpp"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <hetsyn/exceptions.hpp>
#include <limits>
#include <string_view>

#include "unit/fake_task.hpp"

using namespace hetsyn;
using testing::FakeTask;

namespace {

/// A fake task that breaks one promise.
class Lying : public FakeTask {
 public:
  enum class Lie { none, spikes, analog, target, label, seed };
  explicit Lying(Lie lie) : lie_(lie) {
    if (lie == Lie::analog) info_.input_kind = InputKind::analog;
    if (lie == Lie::target) info_.targets = 1;
  }

  [[nodiscard]] Sample fill(const SampleRequest& request) const override {
    Sample sample = FakeTask::fill(request);
    const int call = calls_++;
    auto input = std::make_shared<InputSample>(*sample.input);
    if (lie_ == Lie::spikes) input->spikes.steps.back() = static_cast<std::uint32_t>(call);
    if (lie_ == Lie::analog) input->analog.back() = static_cast<float>(call);
    if (lie_ == Lie::target) sample.target.back() = static_cast<float>(call);
    if (lie_ == Lie::label) sample.label = call % 2;
    if (lie_ == Lie::seed) input->spikes.steps.front() = static_cast<std::uint32_t>(request.seed % 12);
    sample.input = std::move(input);
    return sample;
  }

 private:
  Lie lie_;
  mutable std::atomic<int> calls_{0};
};

bool says(const PluginError& error, std::string_view part) {
  const bool found = std::string_view(error.what()).find(part) != std::string_view::npos;
  if (!found) BOOST_TEST_MESSAGE("'" << part << "' is not in: " << error.what());
  return found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_task_that_keeps_its_promises_passes) {
  FakeTask task;
  BOOST_CHECK_NO_THROW(check_samples(task, 5));
  task.info_.static_samples = false;
  BOOST_CHECK_NO_THROW(check_samples(task, 5));
  task.info_.splits[0].drawn = true;
  BOOST_CHECK_NO_THROW(check_samples(task, 5));
  task.info_.splits[1].samples = 1;
  BOOST_CHECK_NO_THROW(check_samples(task, 5));
}

BOOST_AUTO_TEST_CASE(few_samples_of_each_split_are_drawn) {
  const FakeTask task;
  check_samples(task, 5);
  BOOST_TEST(task.fills == 2 * 4 * 3);  // splits, samples, and each of them again with both seeds
}

BOOST_AUTO_TEST_CASE(samples_that_differ_are_named_with_what_differs) {
  const auto refused = [](Lying::Lie lie, std::string_view part) {
    BOOST_CHECK_EXCEPTION(check_samples(Lying(lie), 5), PluginError, [&](const PluginError& error) {
      return says(error, "task 'fake': split 'train', sample 21: fill() gives another sample") && says(error, part);
    });
  };
  refused(Lying::Lie::spikes, "called again with the same seed, 5: other spikes; expected equal samples");
  refused(Lying::Lie::analog, "other analog values");
  refused(Lying::Lie::target, "another target");
  refused(Lying::Lie::label, "label 1, then 0");
  refused(Lying::Lie::seed, "for seed 6 than for 5: other spikes; expected the same, as info.static_samples is set");
}

BOOST_AUTO_TEST_CASE(a_task_whose_samples_have_no_label_may_know_their_groups) {
  class Unlabelled : public FakeTask {
   public:
    [[nodiscard]] SampleInfo sample_info(std::size_t /*split*/, std::uint64_t /*index*/) const override {
      return {-1, 3};
    }
  };
  BOOST_CHECK_NO_THROW(check_samples(Unlabelled(), 5));
}

BOOST_AUTO_TEST_CASE(metrics_that_are_no_numbers_are_refused) {
  TaskInfo info = FakeTask().info();
  info.metrics = {{"accuracy", "", true}, {"spread", "", true}};
  info.plugin_file = "/lib/fake.so";
  const auto refused = [&](const std::vector<double>& values, std::string_view part) {
    BOOST_CHECK_EXCEPTION(check_metrics(info, "test", values), PluginError,
                          [&](const PluginError& error) { return says(error, part); });
  };
  BOOST_CHECK_NO_THROW(check_metrics(info, "test", std::vector<double>{0.5, -1e300}));
  refused({0.5, std::numeric_limits<double>::quiet_NaN()},
          "task 'fake' (/lib/fake.so): its metric 'spread' is nan on the test samples; expected a finite number");
  refused({std::numeric_limits<double>::infinity(), 1.0}, "its metric 'accuracy' is inf");
  refused({0.5}, "gives 1 metrics where it lists 2");
}
