#include "plugins/lies.h"

#include <cfenv>
#include <cmath>
#include <filesystem>
#include <limits>

#include "data/task_checks.hpp"
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
  BOOST_CHECK_EXCEPTION(open_lying(LIE_OPEN_UNKNOWN_KEY), PluginError,
                        Says({"hetsyn_task_c_task.so", "refuses its key 'truth', which is none of its keys"}));
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
      {LIE_NO_INPUTS, "info.inputs = 0: expected 1 to 1048576"},
      {LIE_NO_OUTPUTS, "info.outputs = 0: expected 1 to 65536"},
      {LIE_HUGE_STEPS, "info.steps = 16777217: expected 1 to 16777216"},
      {LIE_HUGE_INPUTS, "info.inputs = 4294967295"},
      {LIE_NAN_DT, "info.dt_ms = nan"},
      {LIE_NULL_SPLITS, "info.split_count = 2, but info.splits = NULL"},
      {LIE_MANY_SPLITS, "info.split_count = 1000000: expected 1 to 64"},
      {LIE_NO_TRAINING_SPLIT, "none of info.splits has the role of training data"},
      {LIE_EMPTY_SPLIT, "info.splits[0].samples = 0"},
      {LIE_MANY_SAMPLES, "info.splits[0].samples = 1.8446744073709552e+19: expected 1 to 4294967296"},
      {LIE_SPLIT_NAMES_EQUAL, "info.splits[1].name = 'train' is also the name of info.splits[0]"},
      {LIE_SPLIT_ROLES_EQUAL, "the splits 'train' and 'more' both have the role of training data"},
      {LIE_UNKNOWN_LOSS, "there is no loss 77"},
      {LIE_NO_LOSS, "info.loss_count = 0: expected 1 to 64"},
      {LIE_TRACE_WITHOUT_TARGETS, "info.targets = 0 for a loss of the trace: expected info.outputs = 2"},
      {LIE_COUNT_WITHOUT_SPIKES, "needs info.readout_kind = HETSYN_READOUT_SPIKING"},
      {LIE_CALLBACK_MISSING, "HETSYN_LOSS_CALLBACK needs a loss_callback in the table"},
      {LIE_SKIPS_ALL_STEPS, "info.losses[0], steps left out of the softmax sum = 20: expected 0 to 19"},
      {LIE_NO_METRIC, "info.metric_count = 0"},
      {LIE_METRIC_WITHOUT_NAME, "info.metrics[0].name is empty"},
      {LIE_NO_DATA_NAME, "info.data_name is NULL"},
      {LIE_ENDLESS_DATA_NAME, "info.data_name does not end within 65536 bytes"},
      {LIE_NULL_CLASS_NAME, "info.class_names[1] is NULL"},
      {LIE_CLASS_NAMES_EQUAL, "info.class_names[1] = 'left' is also info.class_names[0]"},
      {LIE_EVENTS_LOST, "info.events_lost = 5: expected info.events = 3 or less"},
      {LIE_STATIC_AND_DRAWN, "splits[0].drawn and info.static_samples are both set"},
  };
  for (const Lie& lie : lies) {
    BOOST_TEST_CONTEXT(lie.reason) {
      BOOST_CHECK_EXCEPTION(open_lying(lie.lie), PluginError, Says({"hetsyn_task_c_task.so", lie.reason}));
    }
  }
}

BOOST_AUTO_TEST_CASE(samples_that_break_the_contract_are_refused) {
  const std::vector<Lie> lies{
      {LIE_CHANNEL, "event 1 is on channel 8 at step 2: expected channels 0 to 7 and steps 0 to 19"},
      {LIE_STEP, "event 1 is on channel 5 at step 20"},
      {LIE_LABEL, "label 2: expected 0 to 1"},
      {LIE_NO_LABEL, "fill() set no label: expected 0 to 1"},
      {LIE_EVENT_COUNT, "events in a buffer of"},
      {LIE_BUFFER_LARGE_ENOUGH, "asks for an event buffer of 4 where it has"},
      {LIE_BUFFER_ABSURD, "asks for an event buffer of 18446744073709551615"},
      {LIE_BUFFER_GROWS, "asks for a larger event buffer each time"},
      {LIE_NAN_TARGET, "target[3][0] is nan"},
      {LIE_NAN_ANALOG, "analog[0][3] is nan"},
      {LIE_ANALOG_EVENTS, "fill() wrote 5 events, but the input of the task is analog"},
      {LIE_INPUT_PAST_END, "fill() wrote past the end of sample->event_input, which has room for "},
      {LIE_STEP_PAST_END, "fill() wrote past the end of sample->event_step, which has room for "},
      {LIE_STEP_BEFORE_BEGINNING, "fill() wrote before the beginning of sample->event_step"},
      {LIE_ANALOG_PAST_END, "fill() wrote past the end of sample->analog, which has room for 160 values"},
      {LIE_TARGET_PAST_END, "fill() wrote past the end of sample->target, which has room for 20 values"},
      {LIE_OWN_EVENTS, "fill() replaced sample->event_input"},
      {LIE_OWN_ANALOG, "fill() replaced sample->analog"},
      {LIE_OWN_TARGET, "fill() replaced sample->target"},
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
  const auto overrun = open_lying(LIE_METRIC_PAST_END);
  BOOST_CHECK_EXCEPTION(overrun->metrics()->finish(), PluginError,
                        Says({"hetsyn_task_c_task.so",
                              "metrics_end() wrote past the end of values, which has room for 1 "
                              "values"}));
  BOOST_CHECK_EXCEPTION(open_lying(LIE_INFO_LABEL)->sample_info(1, 3), PluginError,
                        Says({"split 'test', sample 3", "label 2: expected 0 to 1"}));
  BOOST_TEST(open_lying(LIE_INFO_GROUP)->sample_info(1, 3).group == 0);
  BOOST_CHECK_EXCEPTION(open_lying(LIE_INFO_GROUP)->sample_info(1, 4), PluginError,
                        Says({"split 'test', sample 4", "group 1: expected 0 to 0, as there are 1 group_names"}));
}

BOOST_AUTO_TEST_CASE(how_the_engine_rounds_and_where_it_is_does_not_depend_on_plugins) {
  static_cast<void>(open_lying(LIE_ROUNDS)->fill({.split = 0, .index = 3, .seed = 7, .steps = 20}));
  BOOST_TEST(std::fegetround() == FE_TONEAREST);
  const volatile float least_normal = std::numeric_limits<float>::min();
  const volatile float subnormal = least_normal / 2;
  BOOST_TEST(std::fpclassify(subnormal) == FP_SUBNORMAL);  // neither as a result
  BOOST_TEST(subnormal * 2 > 0.0F);                        // nor as an operand
  const std::filesystem::path here = std::filesystem::current_path();
  static_cast<void>(open_lying(LIE_OPEN_MOVES));
  BOOST_TEST(std::filesystem::current_path() == here);
}

BOOST_AUTO_TEST_CASE(samples_that_change_are_found) {
  const std::vector<Lie> lies{
      {LIE_FILL_CHANGES,
       "split 'train', sample 3: fill() gives another sample when it is called again with the same "
       "seed, 7: other spikes"},
      {LIE_TARGET_CHANGES,
       "split 'train', sample 3: fill() gives another sample when it is called again with the same "
       "seed, 7: another target"},
      {LIE_NOT_STATIC, "split 'train', sample 63: fill() gives another sample for seed 8 than for 7"},
      {LIE_INFO_OTHER_LABEL, "split 'test', sample 15: sample_info() gives label 0, fill() 1"},
  };
  for (const Lie& lie : lies) {
    BOOST_TEST_CONTEXT(lie.reason) {
      BOOST_CHECK_EXCEPTION(check_samples(*open_lying(lie.lie), 7), PluginError,
                            Says({"task 'c_task'", "hetsyn_task_c_task.so", lie.reason}));
    }
  }
  BOOST_CHECK_NO_THROW(check_samples(*open_lying(LIE_NONE), 7));
}

BOOST_AUTO_TEST_CASE(samples_that_a_split_does_not_have_are_refused) {
  const auto task = open_lying(LIE_NONE);
  BOOST_CHECK_NO_THROW(task->fill({0, 1000000, 0, 20, 1.0}));  // drawn: any index
  BOOST_CHECK_EXCEPTION(task->fill({1, 16, 0, 20, 1.0}), DataError, Says({"no sample 16", "'test' of 16 samples"}));
  BOOST_CHECK_THROW(task->fill({1, 0, 0, 0, 1.0}), DataError);
}
