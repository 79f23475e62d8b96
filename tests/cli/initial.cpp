// model.initial: runs that start from given parameters.
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "cli/program.hpp"
#include "cli/small_result.hpp"

using namespace hetsyn;
using namespace hetsyn::test;
using Json = nlohmann::json;

namespace {

struct Trained {
  Trained() {
    run({"--set", "model.tau_synapse_ms={normal=[40,4]}"}, "first");
    std::filesystem::copy_file(folder / "first/checkpoints/best.h5", folder / "net.h5");
  }
  void run(const std::vector<std::string>& more, const std::string& out) const {
    const Outcome outcome = run_engine(with(small_run(out), more), folder.path());
    BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  }
  [[nodiscard]] Json summary(const std::string& out) const {
    return Json::parse(read_text(folder / out / "summary.json"));
  }
  [[nodiscard]] Checkpoint checkpoint(const std::string& path) const { return read_small_checkpoint(folder / path); }
  [[nodiscard]] std::string refusal(const std::vector<std::string>& arguments, int exit_code) const {
    const Outcome outcome = run_engine(arguments, folder.path());
    BOOST_TEST(outcome.exit_code == exit_code);
    return outcome.err;
  }

  TemporaryDirectory folder;
  const std::vector<std::string> from_net{"--set", "model.initial=net.h5"};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(initial, Trained)

BOOST_AUTO_TEST_CASE(a_run_starts_from_the_parameters_of_a_checkpoint) {
  run(from_net, "tuned");
  BOOST_TEST((checkpoint("tuned/checkpoints/step-0.h5").parameters == checkpoint("net.h5").parameters));
  const std::string file = (std::filesystem::canonical(folder.path()) / "net.h5").string();
  BOOST_TEST(summary("tuned")["initial"]["file"] == file);
  BOOST_TEST(read_text(folder / "tuned/config.toml").find("initial = \"" + file + "\"") != std::string::npos);
  BOOST_TEST(summary("first").contains("initial") == false);
  // At the end of a course the file is no longer needed.
  std::filesystem::remove(folder / "net.h5");
  BOOST_TEST(run_engine({"eval", "tuned", "--checkpoint", "step-0"}, folder.path()).exit_code == 0);
  BOOST_TEST(run_engine({"--resume", "--out", "tuned"}, folder.path()).exit_code == 0);
  BOOST_TEST(refusal(with(small_run("again"), from_net), 1).find("net.h5") != std::string::npos);
  BOOST_TEST(!std::filesystem::exists(folder / "again"));
}

BOOST_AUTO_TEST_CASE(a_run_that_was_killed_before_its_first_checkpoint_goes_on_without_the_file) {
  run(from_net, "tuned");
  const Result whole = result_of(folder / "tuned");
  std::filesystem::remove(folder / "net.h5");
  for (const char* file : {"metrics.jsonl", "summary.json", "checkpoints/last.h5", "checkpoints/best.h5"}) {
    std::filesystem::remove(folder / "tuned" / file);
  }
  BOOST_TEST(run_engine({"--resume", "--out", "tuned"}, folder.path()).exit_code == 0);
  check_equal(result_of(folder / "tuned"), whole);
  BOOST_TEST(summary("tuned").contains("initial"));
}

BOOST_AUTO_TEST_CASE(a_run_that_is_replaced_stays_where_the_file_is_refused) {
  const std::string before = read_text(folder / "first/checkpoints/last.h5");
  refusal(with(small_run("first"), {"--force", "--set", "model.initial=net.h5", "--set", "model.hidden=[9]"}), 1);
  BOOST_TEST((read_text(folder / "first/checkpoints/last.h5") == before));
  const std::string wrong =
      refusal(with(small_run("new"), {"--dry-run", "--set", "model.initial=net.h5", "--set", "model.hidden=[9]"}), 1);
  BOOST_TEST(wrong.find("net.h5: hidden1.r has the shape [8][30]; expected [9][30]\n") != std::string::npos, wrong);
}

BOOST_AUTO_TEST_CASE(the_path_is_part_of_the_runs_identity) {
  run(from_net, "tuned");
  std::filesystem::copy_file(folder / "net.h5", folder / "other.h5");
  const std::string resumed = refusal({"--resume", "--out", "tuned", "--set", "model.initial=other.h5"}, 2);
  BOOST_TEST(resumed.find("cannot be changed: model.initial was ") != std::string::npos, resumed);
  const std::string evaluated = refusal({"eval", "tuned", "--set", "model.initial=other.h5"}, 2);
  BOOST_TEST(evaluated.find("cannot change what was trained or held out: model.initial was ") != std::string::npos,
             evaluated);
}

BOOST_AUTO_TEST_CASE(the_course_of_a_training_begins_with_the_given_parameters) {
  run(from_net, "tuned");
  const auto analyse = [&] {
    return run_engine({"analyse", "tuned", "--checkpoint", "last", "--json"}, folder.path());
  };
  const Outcome outcome = analyse();
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  const Json decays = Json::parse(outcome.out)["runs"][0]["decays"][0];
  BOOST_TEST_REQUIRE(decays["snapshots"].size() == 2U);
  // Those that the seed draws have all one time constant of 20 ms.
  BOOST_TEST(decays["snapshots"][0]["mean_ms"].get<double>() > 30.0);
  std::filesystem::remove(folder / "tuned/checkpoints/step-0.h5");
  const Outcome missing = analyse();
  BOOST_TEST(missing.exit_code == 1);
  BOOST_TEST(
      missing.err.find("step-0.h5: is missing; it has the parameters that were given to the run") != std::string::npos,
      missing.err);
}

BOOST_AUTO_TEST_CASE(a_report_averages_only_runs_that_started_from_the_same_parameters) {
  run(from_net, "a");
  run(with(from_net, {"--seed", "1"}), "b");
  const auto groups = [&](const std::vector<std::string>& runs) {
    const Outcome outcome = run_engine(with({"report", "--json"}, runs), folder.path());
    BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
    return Json::parse(outcome.out)["groups"].size();
  };
  BOOST_TEST(groups({"a", "b"}) == 1U);
  BOOST_TEST(groups({"a", "b", "first"}) == 2U);
  // The same path, but another file by now.
  std::filesystem::copy_file(folder / "a/checkpoints/last.h5", folder / "net.h5",
                             std::filesystem::copy_options::overwrite_existing);
  run(with(from_net, {"--seed", "2"}), "c");
  BOOST_TEST(groups({"a", "b", "c"}) == 2U);
}

BOOST_AUTO_TEST_CASE(a_sweep_has_files_on_an_axis) {
  std::filesystem::create_directory(folder / "elsewhere");
  std::filesystem::copy_file(folder / "first/checkpoints/last.h5", folder / "last.h5");
  write_text(folder / "sweep.toml", R"(
task = "dms"
[set]
model.hidden = [8]
model.recurrent = true
train.iterations = 6
train.iterations_per_epoch = 6
train.batch = 4
train.evaluation_samples = 16
[axes]
model.initial = ["net.h5", "last.h5", ""]
)");
  const std::vector<std::string> sweep{"sweep", "sweep.toml", "--out", "swept", "--jobs", "1"};
  const Outcome outcome = run_engine(sweep, folder.path());
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  const Json plan = Json::parse(read_text(folder / "swept/plan.json"));
  BOOST_TEST_REQUIRE(plan["points"].size() == 3U);
  std::size_t given = 0;
  for (const Json& point : plan["points"]) {
    const Json recorded = summary("swept/models/" + point["model"].get<std::string>());
    given += recorded.contains("initial") ? 1U : 0U;
  }
  BOOST_TEST(given == 2U);
  // It is continued from another directory, without its files.
  std::filesystem::remove(folder / "last.h5");
  BOOST_TEST(run_engine({"sweep", "../swept"}, folder / "elsewhere").exit_code == 0);
  BOOST_TEST(run_engine({"report", "swept"}, folder.path()).exit_code == 0);
}

BOOST_AUTO_TEST_SUITE_END()
