// Data in memory as a task.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <hetsyn/session.hpp>
#include <vector>

#include "support/temporary_directory.hpp"

using namespace hetsyn;
using test::TemporaryDirectory;

namespace {

constexpr std::size_t kSteps = 30, kInputs = 10, kClasses = 2;

/// Class 0 fires in the lower half of the channels, class 1 in the upper.
struct Halves {
  explicit Halves(std::size_t count) : samples(count) {
    for (std::size_t b = 0; b < count; ++b) {
      labels.push_back(static_cast<std::int32_t>(b % kClasses));
      groups.push_back(static_cast<std::int32_t>(b / 4));
      for (std::size_t t = 0; t < kSteps; ++t) {
        for (std::size_t i = 0; i < kInputs; ++i) {
          const bool own_half = i / (kInputs / 2) == b % kClasses;
          spikes.push_back(own_half && (t * 7 + i * 3 + b * 5) % 4 == 0 ? 1 : 0);
        }
      }
    }
  }
  [[nodiscard]] Samples input() const {
    return {.count = samples, .steps = kSteps, .inputs = kInputs, .analog = {}, .spikes = spikes, .events = {}};
  }
  [[nodiscard]] Answers answers() const { return {.labels = labels, .target = {}, .groups = groups}; }

  std::size_t samples;
  std::vector<std::uint8_t> spikes;
  std::vector<std::int32_t> labels, groups;
};

DataSet halves() {
  DataSet data(
      {.name = "halves", .outputs = 0, .dt_ms = 1.0, .losses = {}, .own_loss = {}, .class_names = {"low", "high"}});
  data.add("train", Halves(64).input(), Halves(64).answers());
  data.add("test", Halves(16).input(), Halves(16).answers());
  return data;
}

Config config() {
  return Config()
      .set("model.hidden", Value::List{12})
      .set("train.epochs", 8)
      .set("train.batch", 8)
      .set("train.learning_rate", 0.01)
      .set("train.validation_fraction", 0.25)
      .set("run.device", "cpu")
      .set("run.threads", 1);
}

bool says(const std::exception& error, const std::string& text) {
  const bool found = std::string(error.what()).find(text) != std::string::npos;
  if (!found) BOOST_TEST_MESSAGE("'" << text << "' is not in: " << error.what());
  return found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_network_learns_a_data_set_of_arrays) {
  const Context context;
  Session session(context, config(), halves());
  BOOST_TEST(session.task().outputs == kClasses);
  std::vector<double> losses;
  const TrainResult result = session.train(
      {.directory = {},
       .existing = Existing::refuse,
       .on_step = {},
       .on_evaluation = {},
       .on_epoch = [&](const EpochRecord& epoch) { losses.push_back(epoch.metric("train", "loss").value()); }});
  BOOST_TEST((result.end == RunEnd::finished));
  BOOST_TEST(result.selection == "validation accuracy");
  BOOST_REQUIRE(losses.size() == 8U);
  BOOST_TEST(losses.back() < losses.front());
  const auto evaluation = session.evaluate();
  BOOST_REQUIRE(evaluation.has_value());
  BOOST_TEST(evaluation->metrics.metric("accuracy").value() == 1.0);
  BOOST_TEST(evaluation->samples == 16U);
  BOOST_REQUIRE(evaluation->classes == kClasses);
  BOOST_TEST(evaluation->confusion == (std::vector<std::uint64_t>{8, 0, 0, 8}), boost::test_tools::per_element());
  const auto damaged = session.evaluate({.split = "test", .checkpoint = "best", .set = {{"perturb.deletion", 1.0}}});
  BOOST_TEST(damaged->metrics.metric("accuracy").value() == 0.5);  // without spikes all are decided alike
}

BOOST_AUTO_TEST_CASE(a_directory_is_that_of_the_program) {
  const TemporaryDirectory folder;
  const Context context;
  const auto run = folder / "run";
  Session session(context, config().set("train.max_steps", 12), halves());
  session.train({.directory = run});
  for (const char* file : {"config.toml", "summary.json", "metrics.jsonl", "log.txt", "checkpoints/best.h5"}) {
    BOOST_TEST(std::filesystem::exists(run / file), file);
  }
  Session again(context, config(), halves());
  BOOST_CHECK_THROW(again.train({.directory = run}), UsageError);
  const TrainResult rest = again.train({.directory = run, .existing = Existing::resume});
  const TrainResult whole = Session(context, config(), halves()).train();
  BOOST_TEST((rest.last == whole.last));  // bit for bit
}

BOOST_AUTO_TEST_CASE(a_target_is_followed) {
  const Halves halves(8);
  std::vector<float> target;
  double silent = 0.0;  // mean squared error of a readout that stays at 0
  for (std::size_t i = 0; i < 8 * kSteps; ++i) {
    target.push_back(std::sin(0.2f * static_cast<float>(i % kSteps)));
    silent += static_cast<double>(target.back() * target.back()) / (8 * kSteps);
  }
  DataSet data;
  const Answers answers{.labels = {}, .target = target, .groups = {}};
  data.add("train", halves.input(), answers).add("validation", halves.input(), answers);
  const Context context;
  Session session(context, config().set("train.epochs", 30), data);
  const TrainResult result = session.train();
  BOOST_TEST(result.best->metric("validation", "mse").value() < 0.6 * silent);
}

BOOST_AUTO_TEST_CASE(a_loss_of_ones_own_is_trained_on) {
  const Halves halves(8);
  DataSetOptions options;
  options.outputs = 1;
  options.own_loss = [](const LossInput& input, std::span<float> d_readout) {
    double loss = 0.0;
    const auto values = static_cast<double>(input.readout.size());
    for (std::size_t i = 0; i < input.readout.size(); ++i) {
      const double error = static_cast<double>(input.readout[i]) - 2.0;
      loss += error * error / values;
      d_readout[i] = static_cast<float>(2.0 * error / values);
    }
    return loss;
  };
  DataSet data(options);
  data.add("train", halves.input(), {}).add("validation", halves.input(), {});
  const Context context;
  std::vector<double> losses;
  TrainOptions train;
  train.on_epoch = [&](const EpochRecord& epoch) { losses.push_back(epoch.metric("validation", "own_loss").value()); };
  Session(context, config().set("train.epochs", 30), data).train(train);
  BOOST_TEST(losses.back() < 0.5 * losses.front());
}

BOOST_AUTO_TEST_CASE(wrong_arrays_are_refused_with_their_place) {
  const Halves good(8);
  const auto refused = [](const Samples& samples, const Answers& answers, const std::string& text) {
    DataSet data({.name = "mine", .outputs = 2});
    BOOST_CHECK_EXCEPTION(data.add("train", samples, answers), DataError,
                          [&](const auto& error) { return says(error, text); });
  };
  std::vector<std::int32_t> labels = good.labels;
  labels[3] = 2;
  refused(good.input(), {.labels = labels, .target = {}, .groups = {}},
          "mine, split 'train', labels: sample 3 has 2; expected 0 to 1");
  Samples short_input = good.input();
  short_input.count = 9;
  refused(short_input, good.answers(), "2400 values; expected 2700");
  const std::vector<std::uint64_t> offsets{0, 1, 2};
  const std::vector<std::uint32_t> units{0, 10}, steps{0, 1};
  Samples events{.count = 2, .steps = kSteps, .inputs = kInputs, .analog = {}, .spikes = {}, .events = {}};
  events.events = {offsets, units, steps};
  const std::vector<std::int32_t> two{0, 1};
  refused(events, {.labels = two, .target = {}, .groups = {}}, "sample 1: an event of unit 10 in step 1");
  std::vector<float> analog(kSteps * kInputs, 0.0f);
  analog[5] = NAN;
  refused({.count = 1, .steps = kSteps, .inputs = kInputs, .analog = analog, .spikes = {}, .events = {}},
          {.labels = std::span(two).first(1), .target = {}, .groups = {}}, "sample 0: a value is not finite");
  refused(good.input(), {}, "neither labels nor a target");
}
