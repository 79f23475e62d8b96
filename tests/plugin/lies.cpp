#include "plugins/lies.h"

#include "plugin/support.hpp"

using namespace hetsyn;
using test::Says;

namespace {

std::unique_ptr<Task> open_lying(int lie, const OpenOptions& options = {}) {
  static const TaskPlugin plugin = test::load_test_plugin("c_task");
  const std::vector<NamedValue> values{{"lie", std::int64_t{lie}}};
  return plugin.open(values, options);
}

struct Lie {
  int lie;
  std::string reason;
};

}  // namespace

BOOST_AUTO_TEST_CASE(failures_of_open_keep_their_kind) {
  BOOST_CHECK_EXCEPTION(open_lying(LIE_OPEN_BAD_CONFIG), ConfigError, [](const ConfigError& e) {
    return e.key() == "task.lie" && std::string(e.what()) == "task.lie: this lie is refused";
  });
  BOOST_CHECK_EXCEPTION(open_lying(LIE_OPEN_NO_DATA), DataError, Says({"nothing in /a or /b; download it"}));
  BOOST_CHECK_EXCEPTION(open_lying(LIE_OPEN_SILENT_FAILURE), DataError, Says({"c_task", "gives no reason"}));
  BOOST_CHECK_EXCEPTION(open_lying(LIE_OPEN_NO_DATASET), PluginError, Says({"hetsyn_task_c_task.so", "no dataset"}));
  BOOST_CHECK_EXCEPTION(open_lying(LIE_OPEN_UNENDED_MESSAGE), DataError, Says({"xxx"}));
}

BOOST_AUTO_TEST_CASE(data_are_made_later_in_a_dry_run_only) {
  BOOST_CHECK_EXCEPTION(open_lying(LIE_OPEN_DATA_TO_BE_MADE), PluginError, Says({"c_task", "which is for dry runs"}));
  OpenOptions options;
  options.dry_run = true;
  BOOST_CHECK_EXCEPTION(open_lying(LIE_OPEN_DATA_TO_BE_MADE, options), DataToBeMade,
                        [](const DataToBeMade& e) { return std::string(e.what()) == "data would be made in /c"; });
}

BOOST_AUTO_TEST_CASE(descriptions_that_make_no_sense_are_refused) {
  const std::vector<Lie> lies{
      {LIE_NO_INPUTS, "inputs = 0"},
      {LIE_NO_OUTPUTS, "outputs = 0"},
      {LIE_HUGE_STEPS, "steps = 70000; 1 to 65535"},
      {LIE_HUGE_INPUTS, "inputs = 4294967295"},
      {LIE_NAN_DT, "dt_ms = nan"},
      {LIE_NULL_SPLITS, "split_count = 2 at no address"},
      {LIE_MANY_SPLITS, "split_count = 1000000"},
      {LIE_NO_TRAINING_SPLIT, "no split with the role of training data"},
      {LIE_EMPTY_SPLIT, "'train' has no samples"},
      {LIE_SPLIT_NAMES_EQUAL, "two of the split 'train'"},
      {LIE_UNKNOWN_LOSS, "unknown loss 77"},
      {LIE_NO_LOSS, "loss_count = 0"},
      {LIE_TRACE_WITHOUT_TARGETS, "0 target columns for 2 outputs"},
      {LIE_COUNT_WITHOUT_SPIKES, "does not spike"},
      {LIE_CALLBACK_MISSING, "no loss_callback"},
      {LIE_SKIPS_ALL_STEPS, "softmax sum = 20; 0 to 19"},
      {LIE_NO_METRIC, "metric_count = 0"},
      {LIE_METRIC_WITHOUT_NAME, "a metric without a name"},
      {LIE_NO_DATA_NAME, "data_name"},
  };
  for (const Lie& lie : lies) {
    BOOST_TEST_CONTEXT(lie.reason) {
      BOOST_CHECK_EXCEPTION(open_lying(lie.lie), PluginError, Says({"hetsyn_task_c_task.so", lie.reason}));
    }
  }
}

BOOST_AUTO_TEST_CASE(samples_that_break_the_contract_are_refused) {
  const std::vector<Lie> lies{
      {LIE_CHANNEL, "event 1 is on channel 8 at step 2, of 8 channels and 20 steps"},
      {LIE_STEP, "event 1 is on channel 5 at step 20"},
      {LIE_LABEL, "label 2 is none of its 2 outputs"},
      {LIE_NO_LABEL, "label -1 is none of its 2 outputs"},
      {LIE_EVENT_COUNT, "events in a buffer of"},
      {LIE_BUFFER_LARGE_ENOUGH, "asks for an event buffer of 4 where it has"},
      {LIE_BUFFER_ABSURD, "asks for an event buffer of 18446744073709551615"},
      {LIE_BUFFER_GROWS, "asks for a larger event buffer each time"},
      {LIE_NAN_TARGET, "a target value is not finite"},
      {LIE_NAN_ANALOG, "an input value is not finite"},
  };
  for (const Lie& lie : lies) {
    BOOST_TEST_CONTEXT(lie.reason) {
      const auto task = open_lying(lie.lie);
      BOOST_CHECK_EXCEPTION(task->fill({0, 7, 0, 20, 1.0}), PluginError,
                            Says({"hetsyn_task_c_task.so", "split 'train', sample 7", lie.reason}));
    }
  }
  BOOST_CHECK_EXCEPTION(open_lying(LIE_FILL_FAILS)->fill({0, 7, 0, 20, 1.0}), DataError,
                        Says({"c_task", "split 'train', sample 7", "the tape is torn"}));
}

BOOST_AUTO_TEST_CASE(metrics_and_sample_info_that_break_the_contract_are_refused) {
  BOOST_CHECK_EXCEPTION(open_lying(LIE_METRICS_NO_HANDLE)->metrics(), PluginError, Says({"gave no handle"}));
  const auto failing = open_lying(LIE_METRICS_FAIL);
  const auto metrics = failing->metrics();
  BOOST_CHECK_EXCEPTION(metrics->add(BatchAnswer{}), DataError, Says({"cannot count"}));
  BOOST_CHECK_EXCEPTION(open_lying(LIE_INFO_LABEL)->sample_info(1, 3), PluginError,
                        Says({"split 'test', sample 3", "label 2 is none of its 2 outputs"}));
}

BOOST_AUTO_TEST_CASE(samples_that_a_split_does_not_have_are_refused) {
  const auto task = open_lying(LIE_NONE);
  BOOST_CHECK_NO_THROW(task->fill({0, 1000000, 0, 20, 1.0}));  // drawn: any index
  BOOST_CHECK_EXCEPTION(task->fill({1, 16, 0, 20, 1.0}), DataError, Says({"no sample 16", "'test' of 16 samples"}));
  BOOST_CHECK_THROW(task->fill({1, 0, 0, 0, 1.0}), DataError);
}
