// The tasks of plugins, through the library.
#include <boost/test/unit_test.hpp>
#include <hetsyn/saved_network.hpp>
#include <hetsyn/session.hpp>
#include <thread>
#include <vector>

#include "cli/program.hpp"

using namespace hetsyn;
using test::read_text;
using test::run_engine;
using test::TemporaryDirectory;

namespace {

Config small_config() {
  return Config()
      .set("task.name", "dms")
      .set("model.hidden", Value::List{8})
      .set("model.recurrent", true)
      .set("train.iterations", 24)
      .set("train.iterations_per_epoch", 6)
      .set("train.batch", 4)
      .set("train.evaluation_samples", 16)
      .set("run.threads", 1)
      .set("run.device", "cpu");
}

std::vector<std::string> small_program(const std::string& out) {
  return {"--task",    "dms",
          "--out",     out,
          "--set",     "model.hidden=[8]",
          "--set",     "model.recurrent=true",
          "--set",     "train.iterations=24",
          "--set",     "train.iterations_per_epoch=6",
          "--set",     "train.batch=4",
          "--set",     "train.evaluation_samples=16",
          "--threads", "1",
          "--device",  "cpu"};
}

}  // namespace

BOOST_AUTO_TEST_CASE(single_samples_of_a_network_in_memory_are_recorded_and_exported) {
  const TemporaryDirectory folder;
  const Context context;
  Session session(context, small_config());
  session.train();
  const EvaluateOptions damaged{.split = "test", .checkpoint = "last", .set = {{"perturb.deletion", 0.3}}};
  const std::vector<std::size_t> samples{7, 0};
  const auto recorded = session.record(samples, damaged);
  BOOST_TEST_REQUIRE(recorded->samples.size() == 2U);
  BOOST_TEST(recorded->samples.front().sample == 7U);
  BOOST_TEST(recorded->samples.front().populations.front().name == "hidden1");
  BOOST_TEST(recorded->facts.damage == "perturb.deletion = 0.3, perturb.seed = 0");
  BOOST_TEST(session.record()->samples.size() == 10U);
  BOOST_TEST(session.export_activity(folder / "act.h5", samples, damaged));
  BOOST_CHECK_THROW(session.export_activity(folder / "act.h5", samples, damaged), UsageError);
  BOOST_TEST(session.export_activity(folder / "act.h5", samples, damaged, true));
}

BOOST_AUTO_TEST_CASE(a_session_is_a_run_of_the_program) {
  const TemporaryDirectory folder;
  BOOST_TEST(run_engine(small_program("program"), folder.path()).exit_code == 0);
  std::string log;
  const Context context({.threads = 0,
                         .log = [&](LogLevel /*level*/, std::string_view text) { log += std::string(text) + '\n'; },
                         .plugin_path = {},
                         .data_path = {},
                         .cache_path = {}});
  Session session(context, small_config());
  BOOST_TEST(session.task().name == "dms");
  BOOST_TEST(session.network().populations.size() == 2U);
  BOOST_TEST(session.memory().back().name == "peak");
  session.train({.directory = folder / "library"});
  BOOST_TEST(log.find("epoch 4/4") != std::string::npos);
  for (const char* file : {"metrics.jsonl", "checkpoints/last.h5", "checkpoints/best.h5"}) {
    BOOST_TEST(read_text(folder / "library" / file) == read_text(folder / "program" / file), file);
  }
  const auto evaluation = session.evaluate({.split = "test", .checkpoint = "last", .set = {{"perturb.deletion", 0.3}}});
  const auto printed =
      run_engine({"eval", "library", "--checkpoint", "last", "--set", "perturb.deletion=0.3", "--json"}, folder.path());
  BOOST_TEST(printed.exit_code == 0);
  const std::string metrics = evaluation->json.substr(evaluation->json.find("\"metrics\""), 200);
  BOOST_TEST(printed.out.find(metrics) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(two_sessions_on_two_threads_are_each_as_alone) {
  const TemporaryDirectory folder;
  const auto train = [&](const std::string& name, std::uint64_t seed) {
    const Context context;
    Session session(context, small_config().set("train.seed", seed));
    return session.train({.directory = folder / name});
  };
  const TrainResult first = train("a", 1), second = train("b", 2);
  TrainResult first_again, second_again;
  std::thread one([&] { first_again = train("c", 1); });
  std::thread two([&] { second_again = train("d", 2); });
  one.join();
  two.join();
  BOOST_TEST((first_again.last == first.last));
  BOOST_TEST((second_again.last == second.last));
  BOOST_TEST(read_text(folder / "c/checkpoints/last.h5") == read_text(folder / "a/checkpoints/last.h5"));
}

BOOST_AUTO_TEST_CASE(a_stopped_training_is_continued_bit_for_bit) {
  const TemporaryDirectory folder;
  Context context;
  const TrainResult whole = Session(context, small_config()).train();
  TrainOptions options{.directory = folder / "run"};
  options.on_step = [&](const StepRecord& step) {
    if (step.step == 9) context.stop();
  };
  BOOST_TEST((Session(context, small_config()).train(options).end == RunEnd::interrupted));
  context.resume();
  options.on_step = {};
  options.existing = Existing::resume;
  const TrainResult rest = Session(context, small_config()).train(options);
  BOOST_TEST((rest.end == RunEnd::finished));
  BOOST_TEST((rest.last == whole.last));
  Session opened = Session::open(context, folder / "run");
  BOOST_TEST(opened.evaluate()->samples == 16U);
  BOOST_TEST(opened.read("readout.w").size() == 2U * 8U);
}

BOOST_AUTO_TEST_CASE(exceptions_of_callers_and_wrong_requests_arrive) {
  const Context context;
  BOOST_CHECK_THROW(Session(context, Config()), UsageError);
  BOOST_CHECK_THROW(Session(context, Config().set("task.name", "dsm")), UsageError);
  BOOST_CHECK_THROW(Session(context, small_config().set("train.bath", 4)), ConfigError);
  BOOST_CHECK_THROW(Config().set("seed", 1), ConfigError);
  Session session(context, small_config());
  BOOST_CHECK_THROW(session.evaluate(), UsageError);
  struct Own {};
  TrainOptions options;
  options.on_epoch = [](const EpochRecord&) { throw Own(); };
  BOOST_CHECK_THROW(session.train(options), Own);
}

BOOST_AUTO_TEST_CASE(a_training_starts_from_arrays_that_are_given) {
  const TemporaryDirectory folder;
  const Context context;
  Config config = small_config();
  config.set("train.iterations", 1).set("train.iterations_per_epoch", 1).set("train.learning_rate", 1e-12);
  Session session(context, config);
  const std::size_t weights = 30 * 8;  // [post][pre] of hidden1
  const std::vector<float> values(weights, 0.25F);
  session.train({.directory = folder / "run", .initial = {{"hidden1.w", 8, 30, values}}});
  for (const float weight : session.read("hidden1.w", "last"))
    BOOST_TEST(weight == 0.25F, boost::test_tools::tolerance(1e-6F));
  BOOST_TEST(session.read("hidden1.w", "step-0") == values, boost::test_tools::per_element());
  const std::string summary = read_text(folder / "run" / "summary.json");
  BOOST_TEST(summary.find("\"initial\": {\n    \"file\": null,\n    \"digest\": \"xxh3:") != std::string::npos,
             summary);

  const auto refused = [&](const std::string& name, float value, std::size_t count) {
    session.train({.initial = {{name, 8, 30, std::vector<float>(count, value)}}});
  };
  BOOST_CHECK_THROW(refused("hiden1.w", 0.25F, weights), UsageError);
  BOOST_CHECK_THROW(refused("hidden1.w", 0.25F, weights - 1), UsageError);
  BOOST_CHECK_THROW(refused("hidden1.r", 1.5F, weights), DataError);
  BOOST_CHECK_THROW(
      session.train(
          {.directory = folder / "run", .existing = Existing::resume, .initial = {{"hidden1.w", 8, 30, values}}}),
      UsageError);
}

BOOST_AUTO_TEST_CASE(a_file_of_parameters_is_the_same_as_the_arrays_in_it) {
  const TemporaryDirectory folder;
  const Context context;
  const std::vector<ParameterArray> arrays{{"hidden1.w", 8, 30, std::vector<float>(30 * 8, 0.25F)}};
  save_parameters(folder / "net.h5", arrays, Config());
  const std::string file = (folder / "net.h5").string();
  Session(context, small_config().set("model.initial", file)).train({.directory = folder / "file"});
  Session(context, small_config()).train({.directory = folder / "arrays", .initial = arrays});
  BOOST_TEST(read_text(folder / "file/metrics.jsonl") == read_text(folder / "arrays/metrics.jsonl"));
  const auto digest = [&](const char* run) {
    const std::string summary = read_text(folder / run / "summary.json");
    return summary.substr(summary.find("xxh3:", summary.find("\"initial\"")), 37);
  };
  BOOST_TEST(digest("file") == digest("arrays"));
  BOOST_CHECK_THROW(Session(context, small_config().set("model.initial", file)).train({.initial = arrays}), UsageError);
  BOOST_CHECK_THROW(
      save_parameters(folder / "r.h5", std::vector<ParameterArray>{{"hidden1.r", 1, 1, {0.5F}}}, Config()), UsageError);
}

BOOST_AUTO_TEST_CASE(a_checkpoint_is_read_without_its_task) {
  const TemporaryDirectory folder;
  const Context context;
  Session session(context, small_config());
  session.train({.directory = folder / "run"});
  const SavedNetwork saved(folder / "run" / "checkpoints" / "last.h5");
  BOOST_TEST(saved.step() == 24U);
  BOOST_TEST(saved.facts().inputs == session.task().inputs);
  BOOST_TEST(saved.facts().outputs == session.task().outputs);
  BOOST_TEST(saved.config_text() == session.config_text());
  for (const ArrayFacts& array : session.network().arrays) {
    BOOST_TEST(saved.read(array.name) == session.read(array.name, "last"), boost::test_tools::per_element());
  }
  BOOST_CHECK_THROW((void)saved.read("hidden1.w", Quantity::gradient), UsageError);
  BOOST_CHECK_THROW(SavedNetwork(folder / "run" / "config.toml"), RunError);
}
