#include "data/check/task_check.hpp"

#include "plugin/support.hpp"
#include "plugins/lies.h"

using namespace hetsyn;

namespace {

std::unique_ptr<Task> open_c_task(int lie, const std::string& side = "both") {
  static const TaskPlugin plugin = test::load_test_plugin("c_task");
  const std::vector<NamedValue> values{{"lie", std::int64_t{lie}}, {"side", side}};
  return plugin.open(values, {});
}

std::unique_ptr<Task> open_everything(const std::string& fail, bool analog = false) {
  static const TaskPlugin plugin = test::load_test_plugin("everything");
  const std::vector<NamedValue> values{{"fail", fail}, {"analog", analog}};
  return plugin.open(values, {});
}

TaskCheck check(const Task& task) { return check_task(task, {.samples = 20, .seed = 7, .threads = 2}); }

bool has(const TaskCheck& checked, const std::string& check, Verdict verdict, const std::string& text = "") {
  for (const Finding& finding : checked.findings) {
    BOOST_TEST_MESSAGE(finding.check << " " << static_cast<int>(finding.verdict) << " " << finding.text);
    if (finding.check == check && finding.verdict == verdict && finding.text.find(text) != std::string::npos)
      return true;
  }
  return false;
}

struct Fault {
  int lie;
  std::string check, text;
};

struct FaultOfSdk {
  std::string fail, check, text;
};

}  // namespace

BOOST_AUTO_TEST_CASE(tasks_that_ship_have_nothing_to_find) {
  for (const std::string name : {"dms", "pattern_generation"}) {
    BOOST_TEST_CONTEXT(name) {
      const TaskCheck checked = check(*test::load_own_plugin(name).open({}, {}));
      BOOST_TEST(checked.count(Verdict::broken) == 0U);
      BOOST_TEST(checked.count(Verdict::warning) == 0U);
      BOOST_TEST(has(checked, "plots", Verdict::passed));
      BOOST_REQUIRE_EQUAL(checked.splits.size(), 3U);
      BOOST_TEST(checked.splits[2].looked_at == 20U);
      BOOST_TEST(checked.splits[0].samples_per_s > 0.0);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_breaks_the_contract_is_named) {
  const std::vector<Fault> faults{
      {LIE_CHANNEL, "fill", "event 1 is on channel 8 at step 2: expected channels 0 to 7"},
      {LIE_LABEL, "fill", "label 2: expected 0 to 1 (the first of 20 of 20 samples)"},
      {LIE_NO_LABEL, "fill", "fill() set no label"},
      {LIE_FILL_FAILS, "fill", "split 'train', sample 0: the tape is torn"},
      {LIE_NAN_TARGET, "fill", "target[3][0] is nan"},
      {LIE_OWN_EVENTS, "fill", "fill() replaced sample->event_input"},
      {LIE_FILL_CHANGES, "repeat", "fill() gives another sample when it is called again with the same seed, 7"},
      {LIE_TARGET_CHANGES, "repeat", "another target"},
      {LIE_OTHER_THREAD, "threads", "fill() gives another sample when 2 threads call it at once: other spikes"},
      {LIE_NOT_STATIC, "seed", "fill() gives another sample for seed 8 than for 7"},
      {LIE_INFO_LABEL, "sample_info", "label 2: expected 0 to 1"},
      {LIE_INFO_OTHER_LABEL, "sample_info", "split 'test', sample 0: sample_info() gives label 1, fill() 0"},
      {LIE_METRICS_FAIL, "metrics", "cannot count"},
      {LIE_METRICS_NO_HANDLE, "metrics", "gave no handle"},
      {LIE_METRIC_NAN, "metrics", "its metric 'accuracy' is nan"},
      {LIE_METRIC_PERCENT, "metrics", "its metric 'accuracy' is 50; expected a fraction from 0 to 1"},
      {LIE_METRIC_PAST_END, "metrics", "metrics_end() wrote past the end of values"},
  };
  for (const Fault& fault : faults) {
    BOOST_TEST_CONTEXT(fault.text) {
      const TaskCheck checked = check(*open_c_task(fault.lie));
      BOOST_TEST(has(checked, fault.check, Verdict::broken, fault.text));
      BOOST_TEST(!has(checked, fault.check, Verdict::broken, "c_task.so"));  // the name of the task is not repeated
    }
  }
  BOOST_TEST(check(*open_c_task(LIE_NONE)).count(Verdict::broken) == 0U);
}

BOOST_AUTO_TEST_CASE(a_wrong_loss_and_wrong_plots_are_named) {
  const std::vector<FaultOfSdk> faults{
      {"gradient is half", "loss", "the gradient of loss() gives a slope of 9.99"},
      {"gradient is nan", "loss", "d_readout[0][3] is nan"},
      {"gradient is long", "loss", "wrote past the end of d_readout"},
      {"loss is nan", "loss", "its loss is nan"},
      {"loss", "loss", "no loss today"},
      {"metrics", "metrics", "no metrics today"},
      {"plots", "plots", "no plots today"},
  };
  for (const FaultOfSdk& fault : faults) {
    BOOST_TEST_CONTEXT(fault.fail) {
      BOOST_TEST(has(check(*open_everything(fault.fail)), fault.check, Verdict::broken, fault.text));
    }
  }
  BOOST_TEST(
      has(check(*open_everything("loss is a sum")), "loss", Verdict::warning, "expected the mean over the samples"));
  BOOST_TEST(
      has(check(*open_everything("plots are nan")), "plots", Verdict::warning, "values of x that are not finite"));
  const TaskCheck good = check(*open_everything(""));
  BOOST_TEST(has(good, "loss", Verdict::passed));
  BOOST_TEST(has(good, "plots", Verdict::passed, "1 series in 1 plot"));
}

BOOST_AUTO_TEST_CASE(what_is_unusual_is_a_warning) {
  const TaskCheck left = check(*open_c_task(LIE_NONE, "left"));
  BOOST_TEST(left.count(Verdict::broken) == 0U);
  BOOST_TEST(
      has(left, "labels", Verdict::warning, "split 'test': 1 of 2 classes have no sample among the 16 looked at: 1"));
  BOOST_TEST(has(left, "input", Verdict::warning, "4 of 8 channels are silent in all 20 samples: 4, 5, 6, 7"));
  BOOST_TEST(has(left, "seed", Verdict::warning, "all 20 samples are equal"));
  BOOST_TEST(has(left, "seed", Verdict::warning, "another seed gives the same 20 samples"));
  BOOST_TEST(has(left, "time_scale", Verdict::warning, "with time_scale 1.5 the events come on average at 1.00 times"));
  BOOST_TEST(left.splits[0].labels == (std::vector<std::uint64_t>{20, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(analog_input_is_summed_up) {
  const TaskCheck checked = check(*open_everything("", true));
  const InputSummary& input = checked.splits[0].input;
  BOOST_TEST(checked.splits[0].looked_at == 5U);
  BOOST_TEST(input.empty_samples == 0U);
  BOOST_TEST(input.least_value >= 0.0);
  BOOST_TEST(input.most_value <= 1.0);
  BOOST_TEST(std::abs(input.mean_value - 0.5) < 0.1);
}
