// What a user sees of a task plugin that breaks its contract or does not come back.
#include "plugin/plugins/lies.h"

#include <boost/test/unit_test.hpp>

#include <nlohmann/json.hpp>

#include "cli/program.hpp"

using namespace hetsyn::test;

namespace {

std::string plugin_file(const std::string& name) {
  return std::string(HETSYN_TEST_PLUGINS) + "/hetsyn_task_" + name + ".so";
}

std::vector<std::string> small_run_of(const std::string& task) {
  return {"--task",           task,    "--plugin-path", plugin_file(task), "--out",        "run", "--set",
          "model.hidden=[4]", "--set", "train.batch=4", "--set",           "run.threads=2"};
}

Outcome run_lying(int lie, const std::vector<std::string>& more = {}) {
  const TemporaryDirectory temporary;
  const std::vector<std::string> arguments =
      with(small_run_of("c_task"), {"--set", "train.iterations=4", "--set", "train.iterations_per_epoch=2", "--set",
                                    "task.lie=" + std::to_string(lie)});
  return run_engine(with(arguments, more), temporary.path());
}

/// A sanitizer ends a crashed process in its own way, and says more.
bool failed(const Outcome& outcome) { return outcome.exit_code != 0; }

const std::string kTask = "error: task 'c_task' (" + plugin_file("c_task") + "): ";

}  // namespace

BOOST_AUTO_TEST_CASE(an_honest_task_runs) { BOOST_TEST(run_lying(LIE_NONE).exit_code == 0); }

BOOST_AUTO_TEST_CASE(a_plugin_that_crashes_is_named_with_the_function) {
  const std::vector<std::pair<int, std::string>> crashes{
      {LIE_CRASH_OPEN, "open() crashed: signal 11 (segmentation fault)\n"},
      {LIE_CRASH_DESCRIBE, "describe() crashed: signal 11 (segmentation fault)\n"},
      {LIE_CRASH_FILL, "fill(), split 'train', sample 0, crashed: signal 11 (segmentation fault)\n"},
      {LIE_CRASH_SAMPLE_INFO, "sample_info(), split 'test', sample 15, crashed: signal 11 (segmentation fault)\n"},
      {LIE_CRASH_METRICS, "metrics_begin() crashed: signal 11 (segmentation fault)\n"},
      {LIE_CRASH_CLOSE, "close() crashed: signal 11 (segmentation fault)\n"},
      {LIE_OVERFLOW, "fill(), split 'train', sample 0, crashed: signal 11 (segmentation fault)\n"},
      {LIE_ABORT, "fill(), split 'train', sample 0, crashed: signal 6 (abort)\n"},
  };
  for (const auto& [lie, message] : crashes) {
    BOOST_TEST_CONTEXT(message) {
      const Outcome outcome = run_lying(lie);
      BOOST_TEST(failed(outcome));
      BOOST_TEST(outcome.err.find(kTask + message) != std::string::npos, outcome.err);
    }
  }
  const TemporaryDirectory temporary;
  const Outcome outcome = run_engine(
      with(small_run_of("everything"), {"--set", "task.fail=crash", "--set", "train.epochs=1"}), temporary.path());
  BOOST_TEST(failed(outcome));
  BOOST_TEST(outcome.err.find("error: task 'everything' (" + plugin_file("everything") +
                              "): loss_callback() crashed: signal 11") != std::string::npos,
             outcome.err);
}

BOOST_AUTO_TEST_CASE(a_plugin_that_exits_has_not_succeeded) {
  for (const auto& [lie, function] :
       {std::pair<int, std::string>{LIE_EXIT_OPEN, "open()"}, {LIE_EXIT_FILL, "fill(), split 'train', sample 0,"}}) {
    const Outcome outcome = run_lying(lie);
    BOOST_TEST(outcome.exit_code == 1);
    BOOST_TEST(outcome.err.find(kTask + function + " ended the process by exit(): expected it to return\n") !=
                   std::string::npos,
               outcome.err);
  }
}

BOOST_AUTO_TEST_CASE(a_child_of_a_plugin_may_exit) {
  const Outcome outcome = run_lying(LIE_EXIT_CHILD);
  BOOST_TEST(outcome.exit_code == 0);
  BOOST_TEST(outcome.err.find("error") == std::string::npos, outcome.err);
}

BOOST_AUTO_TEST_CASE(samples_and_metrics_that_cannot_be_relied_on_end_the_run) {
  const Outcome changing = run_lying(LIE_FILL_CHANGES, {"--seed", "7"});
  BOOST_TEST(changing.exit_code == 1);
  BOOST_TEST(changing.err ==
             kTask +
                 "split 'train', sample 3: fill() gives another sample when it is called again with the same seed, "
                 "7: other spikes; expected equal samples for equal requests\n");
  const Outcome metric = run_lying(LIE_METRIC_NAN);
  BOOST_TEST(metric.exit_code == 1);
  BOOST_TEST(metric.err.find(kTask + "its metric 'accuracy' is nan on the train samples; expected a finite number\n") !=
                 std::string::npos,
             metric.err);
}

BOOST_AUTO_TEST_CASE(a_sweep_tells_of_a_plugin_that_crashes_or_exits) {
  for (const auto& [lie, reason] : {std::pair<int, std::string>{LIE_CRASH_FILL, "its process was ended by signal 11"},
                                    {LIE_EXIT_FILL, "its process ended with exit code 1"}}) {
    const TemporaryDirectory temporary;
    write_text(temporary / "sweep.toml", "task = \"c_task\"\n[set]\ntask.lie = " + std::to_string(lie) +
                                             "\nmodel.hidden = [4]\ntrain.iterations = 4\n"
                                             "[axes]\ntrain.seed = { from = 0, count = 1 }\n");
    const Outcome outcome =
        run_engine({"sweep", "sweep.toml", "--plugin-path", plugin_file("c_task"), "--out", "out"}, temporary.path());
    BOOST_TEST(outcome.exit_code == 1);
    std::string failures;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(temporary / "out")) {
      const std::string text = entry.path().extension() == ".json" ? read_text(entry.path()) : "";
      if (text.find("\"failed\"") != std::string::npos) failures += text;
    }
    BOOST_TEST(failures.find(reason) != std::string::npos, failures << outcome.err);
    BOOST_TEST(failures.find("fill(), split 'train', sample 0,") != std::string::npos, failures);
  }
}

BOOST_AUTO_TEST_CASE(what_a_plugin_prints_is_not_in_a_result) {
  const TemporaryDirectory temporary;
  const std::vector<std::string> run = with(
      small_run_of("noisy"),
      {"--set", "train.iterations=2", "--set", "train.iterations_per_epoch=1", "--set", "train.evaluation_samples=4"});
  const Outcome trained = run_engine(run, temporary.path());
  BOOST_REQUIRE_MESSAGE(trained.exit_code == 0, trained.err);
  BOOST_TEST(trained.out.find("NOISE") != std::string::npos);  // so that there is something to keep out
  const std::vector<std::vector<std::string>> verbs{
      {"eval", "run", "--json"}, {"report", "run", "--json"}, {"analyse", "run", "--json"}};
  for (std::vector<std::string> verb : verbs) {
    BOOST_TEST_CONTEXT(verb.front()) {
      const Outcome outcome = run_engine(with(verb, {"--plugin-path", plugin_file("noisy")}), temporary.path());
      BOOST_TEST(outcome.exit_code == 0, outcome.err);
      BOOST_TEST(nlohmann::json::accept(outcome.out), outcome.out);
      BOOST_TEST((outcome.err.find("NOISE") != std::string::npos) == (verb.front() == "eval"), outcome.err);
    }
  }
  for (const std::vector<std::string>& verb : std::vector<std::vector<std::string>>{
           {"eval", "run"}, {"report", "run"}, {"report", "run", "--csv"}, {"analyse", "run"}, {"schema"}, {"tasks"}}) {
    BOOST_TEST_CONTEXT(verb.front()) {
      const Outcome outcome = run_engine(with(verb, {"--plugin-path", plugin_file("noisy")}), temporary.path());
      BOOST_TEST(outcome.exit_code == 0, outcome.err);
      BOOST_TEST(outcome.out.find("NOISE") == std::string::npos, outcome.out);
    }
  }
}

BOOST_AUTO_TEST_CASE(plugins_that_are_not_asked_for_cannot_touch_a_run) {
  const TemporaryDirectory temporary;
  std::filesystem::create_directories(temporary / "plugins");
  for (const char* const name : {"c_task", "entry_crashes", "entry_exits", "entry_hangs", "noisy"}) {
    std::filesystem::copy_file(plugin_file(name), temporary / ("plugins/hetsyn_task_" + std::string(name) + ".so"));
  }
  const Outcome outcome =
      run_engine({"--task", "c_task", "--plugin-path", "plugins", "--out", "run", "--set", "model.hidden=[4]", "--set",
                  "train.iterations=2", "--set", "train.batch=4", "--set", "run.threads=1"},
                 temporary.path());
  BOOST_TEST(outcome.exit_code == 0, outcome.err);
  BOOST_TEST(outcome.out.find("NOISE") == std::string::npos);
  const Outcome listed = run_engine({"tasks", "--plugin-path", "plugins"}, temporary.path());
  BOOST_TEST(listed.exit_code == 0);
  for (const char* const line :
       {"c_task  ", "noisy  ", "entry_crashes.so: crashes when it is loaded: signal 11",
        "entry_exits.so: ends the process with status 3", "entry_hangs.so: does not come back within 10000 ms"}) {
    BOOST_TEST(listed.out.find(line) != std::string::npos, listed.out);
  }
}
