#include <cstddef>
#include <cstring>
#include <numeric>
#include <thread>

#include "plugin/support.hpp"

using namespace hetsyn;
using test::Says;

namespace {

std::unique_ptr<Task> open_everything(std::vector<NamedValue> values = {}, const OpenOptions& options = {}) {
  static const TaskPlugin plugin = test::load_test_plugin("everything");
  return plugin.open(values, options);
}

std::unique_ptr<Task> open_failing(const std::string& where) { return open_everything({{"fail", where}}); }

/// A batch of `samples` with the given readout values repeated, over 10 steps and 2 outputs and targets.
struct TestBatch {
  explicit TestBatch(std::size_t samples) : readout(samples * 20), labels(samples, 1), target(samples * 20, 0.0F) {
    std::iota(readout.begin(), readout.end(), 0.0F);
  }
  [[nodiscard]] BatchAnswer answer() const {
    return {0.5, {readout, {labels.size(), 10, 2}}, labels, {target, {labels.size(), 10, 2}}};
  }
  std::vector<float> readout;
  std::vector<std::int32_t> labels;
  std::vector<float> target;
};

}  // namespace

BOOST_AUTO_TEST_CASE(info_arrives_as_the_author_wrote_it) {
  const auto task = open_everything({}, {.seed = 5, .data_path = "/one::/two", .cache_path = "/cache"});
  const TaskInfo& info = task->info();
  BOOST_TEST(info.name == "everything");
  BOOST_TEST((info.input_kind == InputKind::events));
  BOOST_TEST(info.inputs == 4U);
  BOOST_TEST(info.outputs == 2U);
  BOOST_TEST(info.steps == 10U);
  BOOST_TEST(info.dt_ms == 0.5);
  BOOST_TEST(info.step_ms == 2.0);
  BOOST_TEST(info.targets == 2U);
  BOOST_TEST(!info.spiking_readout);
  BOOST_TEST(info.standin);
  BOOST_TEST(!info.static_samples);
  BOOST_TEST(info.data_name == R"(a "b" \ c</one></two>/cache)");
  BOOST_REQUIRE_EQUAL(info.splits.size(), 3U);
  BOOST_TEST(info.splits[1].name == "held");
  BOOST_TEST((info.splits[1].role == SplitRole::validation));
  BOOST_TEST(info.splits[1].drawn);
  BOOST_TEST(info.splits[2].samples == 7U);
  BOOST_REQUIRE_EQUAL(info.losses.size(), 4U);
  BOOST_TEST((info.losses[0].kind == LossKind::callback));
  BOOST_TEST(info.losses[0].weight == 0.5);
  BOOST_TEST((info.losses[2].kind == LossKind::rate));
  BOOST_TEST(info.losses[2].parameter == 12.0);
  BOOST_TEST(info.losses[2].weight == 0.25);
  BOOST_TEST(info.losses[3].parameter == 3.0);
  BOOST_REQUIRE_EQUAL(info.metrics.size(), 3U);
  BOOST_TEST((info.metrics[0].rule.kind == MetricKind::accuracy));
  BOOST_TEST((info.metrics[0].rule.decision.kind == LossKind::softmax_sum));
  BOOST_TEST(info.metrics[0].rule.decision.parameter == 3.0);
  BOOST_TEST((info.metrics[1].rule.kind == MetricKind::own));
  BOOST_TEST(info.metrics[1].unit == "mV");
  BOOST_TEST(!info.metrics[1].higher_is_better);
  BOOST_TEST((info.metrics[2].rule.kind == MetricKind::trace_mse));
}

BOOST_AUTO_TEST_CASE(exceptions_of_the_author_arrive_as_errors_of_the_engine) {
  BOOST_CHECK_EXCEPTION(open_failing("config"), ConfigError, [](const ConfigError& e) {
    return e.key() == "task.scale" && std::string(e.what()) == "task.scale: must suit the weather";
  });
  BOOST_CHECK_EXCEPTION(open_failing("data"), DataError, Says({"tried /x and /y; fetch it from z"}));
  BOOST_CHECK_EXCEPTION(open_failing("memory"), DataError, Says({"everything", "not enough memory"}));
  BOOST_CHECK_EXCEPTION(open_failing("odd"), DataError, Says({"something that is not a std::exception"}));
  BOOST_CHECK_EXCEPTION(open_failing("info"), DataError, Says({"cannot describe"}));
  BOOST_CHECK_EXCEPTION(open_failing("fill")->fill({0, 1, 0, 10, 1.0}), DataError,
                        Says({"split 'train', sample 1", "sample is torn"}));
  BOOST_CHECK_EXCEPTION(open_failing("metrics")->metrics(), DataError, Says({"no metrics today"}));
  const TestBatch batch(1);
  std::vector<float> gradient(20);
  BOOST_CHECK_EXCEPTION(open_failing("loss")->loss_callback(batch.answer(), gradient), DataError,
                        Says({"no loss today"}));
}

BOOST_AUTO_TEST_CASE(faults_of_the_task_are_told_in_the_words_of_its_author) {
  const auto refused = [](const std::string& fault, const std::string& reason) {
    BOOST_TEST_CONTEXT(fault) {
      BOOST_CHECK_EXCEPTION(open_failing(fault)->fill({0, 1, 0, 10, 1.0}), PluginError,
                            Says({"task 'everything'", "hetsyn_task_everything.so", reason}));
    }
  };
  refused("key", "the task asks for a key 'absent' that its description() lacks");
  refused("no splits", "info.splits is empty: expected 1 to 64");
  refused("no losses", "info.losses is empty: expected 1 to 64");
  refused("no metrics", "info.metrics is empty: expected 1 to 64");
  refused("many losses", "info.losses has 65 items: expected 1 to 64");
  refused("class names", "info.class_names has 3 entries for info.outputs = 2: expected as many, or none");
  refused("spike count", "info.losses has Loss::spike_count(), which needs info.spiking_readout = true");
  refused("decision", "HETSYN_LOSS_SPIKE_COUNT needs info.readout_kind = HETSYN_READOUT_SPIKING");
  refused("decision without a label", "info.metric_rules[0].loss = 3: expected a loss with a label");
  refused("late decision", "info.metric_rules[0], steps left out of the softmax sum = 10: expected 0 to 9");
  refused("unknown metric", "there is no metric 7");
  refused("metric without targets", "info.targets = 0 for a metric of the trace: expected info.outputs = 2");
  refused("no inputs", "info.inputs = 0: expected 1 to 1048576");
  refused("spikes", "split 'train', sample 1: fill() calls spike(), but info.analog is true");
  refused("analog", "split 'train', sample 1: fill() calls analog(), but info.analog is false");
  refused("target", "split 'train', sample 1: fill() calls target(), but info.targets = 0");
  refused("label", "split 'train', sample 1: label 4: expected 0 to 1");
  refused("no label", "split 'train', sample 1: fill() set no label: expected 0 to 1");
  refused("channel", "split 'train', sample 1: event 12 is on channel 4 at step 0: expected channels 0 to 3");
  const TestBatch batch(1);
  const auto miscounting = open_failing("metric count");
  const auto metrics = miscounting->metrics();
  metrics->add(batch.answer());
  BOOST_CHECK_EXCEPTION(metrics->finish(), PluginError, Says({"Metrics::values() gives 1 values for the 2 of"}));
  BOOST_CHECK_EXCEPTION(open_failing("null metrics")->metrics(), PluginError, Says({"returns a null pointer"}));
  std::vector<float> gradient(20);
  BOOST_CHECK_EXCEPTION(open_failing("loss is nan")->loss_callback(batch.answer(), gradient), PluginError,
                        Says({"its loss is nan"}));
  BOOST_CHECK_EXCEPTION(open_failing("gradient is nan")->loss_callback(batch.answer(), gradient), PluginError,
                        Says({"d_readout[0][3] is nan"}));
  BOOST_CHECK_EXCEPTION(open_failing("gradient is long")->loss_callback(batch.answer(), gradient), PluginError,
                        Says({"loss_callback() wrote past the end of d_readout, which has room for 20 values"}));
}

BOOST_AUTO_TEST_CASE(an_engine_of_an_earlier_minor_version_is_told_what_it_knows) {
  const hetsyn_task table = load_plugin(std::filesystem::path(HETSYN_TEST_PLUGINS) / "hetsyn_task_everything.so").table;
  const std::vector<hetsyn_value> values{{"analog", HETSYN_BOOL, 0, 0.0, ""},
                                         {"count", HETSYN_INT, 3, 3.0, ""},
                                         {"scale", HETSYN_REAL, 0, 0.1, ""},
                                         {"fail", HETSYN_STRING, 0, 0.0, ""},
                                         {"quote", HETSYN_STRING, 0, 0.0, "data"}};
  hetsyn_open_args args{};
  args.struct_size = sizeof args;
  args.value_count = static_cast<std::uint32_t>(values.size());
  args.values = values.data();
  hetsyn_dataset* dataset = nullptr;
  hetsyn_error error{};
  BOOST_REQUIRE(table.open(&args, &dataset, &error) == HETSYN_OK);
  hetsyn_info info;
  std::memset(&info, 0x55, sizeof info);
  info.struct_size = offsetof(hetsyn_info, data_digest);  // that of 1.2
  const hetsyn_info before = info;
  BOOST_TEST(table.describe(dataset, &info, &error) == HETSYN_OK);
  BOOST_TEST(std::string(info.data_name) == "data");
  BOOST_TEST(info.skipped == 0U);
  const auto* const later = reinterpret_cast<const char*>(&info) + info.struct_size;
  const auto* const untouched = reinterpret_cast<const char*>(&before) + info.struct_size;
  BOOST_TEST(std::memcmp(later, untouched, sizeof info - info.struct_size) == 0);
  table.close(dataset);
}

BOOST_AUTO_TEST_CASE(equal_requests_give_equal_samples_and_others_do_not) {
  const auto task = open_everything();
  const Sample first = task->fill({0, 2, 9, 10, 1.0});
  BOOST_TEST(first.input->spikes.steps == task->fill({0, 2, 9, 10, 1.0}).input->spikes.steps,
             boost::test_tools::per_element());
  // Each of the 12 spikes has one of 10 steps, so that two samples agree by chance with a probability of 1e-12 or less.
  BOOST_TEST(first.input->spikes.steps != task->fill({0, 3, 9, 10, 1.0}).input->spikes.steps);
  BOOST_TEST(first.input->spikes.steps != task->fill({0, 2, 8, 10, 1.0}).input->spikes.steps);
  BOOST_TEST(first.input->spikes.steps != task->fill({1, 2, 9, 10, 1.0}).input->spikes.steps);
}

BOOST_AUTO_TEST_CASE(the_event_buffer_grows_to_what_a_sample_needs) {
  // 4 · 100000 spikes exceed the host's first buffer; over 60000 steps nearly all fall on different places.
  const auto large = open_everything({{"count", std::int64_t{100000}}});
  const Sample sample = large->fill({0, 0, 1, 60000, 1.0});
  // 60000 · (1 − exp(−100000/60000)) = 48668 of a channel's places are expected, with a standard deviation below 110.
  BOOST_TEST(sample.input->spikes.steps.size() == 4.0 * 48668.0, boost::test_tools::tolerance(0.01));
  // In a new thread the buffer is small and fill() is called twice: the sample must not depend on that.
  Sample again;
  std::thread([&] { again = large->fill({0, 0, 1, 60000, 1.0}); }).join();
  BOOST_TEST((again.input->spikes.steps == sample.input->spikes.steps));
  BOOST_TEST(again.label == sample.label);
}

BOOST_AUTO_TEST_CASE(analog_input_and_targets_arrive) {
  const auto task =
      open_everything({{"analog", true}, {"scale", 0.25}}, {.seed = 6, .data_path = {}, .cache_path = {}});
  const Sample sample = task->fill({0, 0, 0, 10, 1.0});
  BOOST_REQUIRE_EQUAL(sample.input->analog.size(), 40U);
  BOOST_TEST(sample.input->analog.back() > 0.0F);
  BOOST_TEST(sample.input->spikes.steps.empty());
  BOOST_TEST(sample.target == std::vector<float>(20, 1.5F), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(sample_info_metrics_loss_and_plots_make_the_round_trip) {
  const auto task = open_everything();
  BOOST_TEST(task->sample_info(2, 5).label == 1);
  BOOST_TEST(task->sample_info(2, 5).group == 2);
  const TestBatch batch(2);
  const auto metrics = task->metrics();
  metrics->add(batch.answer());
  const std::vector<double> values = metrics->finish();
  BOOST_REQUIRE_EQUAL(values.size(), 3U);                    // of which the engine reads the task's own
  BOOST_TEST(values[1] == 39.0 * 40.0 * 79.0 / 6.0 / 40.0);  // mean of the squares of 0 … 39; exact in double
  std::vector<float> gradient(40);
  BOOST_TEST(task->loss_callback(batch.answer(), gradient) == 39.0 * 40.0 / 2.0 / 2.0);
  BOOST_TEST(gradient == std::vector<float>(40, 0.5F), boost::test_tools::per_element());
  const std::vector<PlotSeries> plots = task->plots(batch.answer());
  BOOST_REQUIRE_EQUAL(plots.size(), 1U);
  BOOST_TEST(plots[0].plot == "traces");
  BOOST_TEST(plots[0].series == "first");
  BOOST_TEST(plots[0].y == (std::vector<double>{0.0, 5.0, 6.0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_task_in_c_is_a_task_like_any_other) {
  const TaskPlugin plugin = test::load_test_plugin("c_task");
  const auto task =
      plugin.open(std::vector<NamedValue>{{"side", std::string("right")}, {"bursts", std::int64_t{2}}}, {});
  const Sample sample = task->fill({0, 0, 0, 20, 1.0});
  BOOST_TEST(sample.label == 1);
  BOOST_TEST(sample.input->spikes.offsets == (std::vector<std::uint32_t>{0, 0, 0, 0, 0, 2, 4, 6, 8}),
             boost::test_tools::per_element());
  BOOST_TEST(sample.input->spikes.steps == (std::vector<std::uint32_t>{2, 3, 2, 3, 2, 3, 2, 3}),
             boost::test_tools::per_element());
  const std::vector<float> readout{0.0F, 1.0F, 1.0F, 0.0F};  // [2][1][2]
  const std::vector<std::int32_t> labels{1, 1};
  const auto metrics = task->metrics();
  metrics->add({1.0, {readout, {2, 1, 2}}, labels, {}});
  BOOST_TEST(metrics->finish() == std::vector<double>{0.5}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(fill_may_be_called_by_many_threads) {
  const auto task = open_everything({{"count", std::int64_t{50}}});
  std::vector<Sample> alone;
  for (std::uint64_t i = 0; i < 64; ++i) alone.push_back(task->fill({1, i, 4, 100, 1.0}));
  std::vector<Sample> together(alone.size());
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t i = thread; i < together.size(); i += 4) together[i] = task->fill({1, i, 4, 100, 1.0});
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < alone.size(); ++i) {
    BOOST_TEST((together[i].input->spikes.steps == alone[i].input->spikes.steps));
  }
}
