// The task's own configuration without its data: a stand-in is made, used, and named wherever results are.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "cli/program.hpp"

using namespace hetsyn::test;
using Json = nlohmann::json;

namespace {

/// An empty folder to run in, whose cache is its own; no data anywhere.
struct NoData {
  NoData() {
    ::unsetenv("HETSYN_DATA");
    ::setenv("XDG_CACHE_HOME", (directory / "cache").c_str(), 1);
  }
  TemporaryDirectory directory;
  const std::string config = HETSYN_SOURCE_DIR "/configs/psmnist.toml";
  const std::vector<std::string> arguments{
      "--config", config, "--out", "run", "--set", "model.hidden=[2]", "--set", "train.max_steps=1"};

  Outcome run(const std::vector<std::string>& words) const { return run_engine(words, directory.path()); }
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_run_on_a_standin_is_labelled, NoData) {
  const Outcome outcome = run(arguments);
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  BOOST_TEST(has(outcome.err, "warning: MNIST was not found; looked in "), outcome.err);
  BOOST_TEST(has(outcome.err, "warning: the data are a stand-in, rendered digits: results are not results on"));
  const Json summary = Json::parse(read_text(directory / "run/summary.json"));
  BOOST_TEST(summary["data"]["standin"] == true);
  BOOST_TEST(summary["data"]["name"] == "rendered digits");
  BOOST_TEST(has(run({"report", "run"}).out, "rendered digits (stand-in)"));
  const Outcome evaluation = run({"eval", "run"});
  BOOST_TEST_REQUIRE(evaluation.exit_code == 0, evaluation.err);
  BOOST_TEST(has(evaluation.err, "warning: the data are a stand-in"));
  BOOST_TEST(has(evaluation.out, " on rendered digits (stand-in), test, "), evaluation.out);
  BOOST_TEST(has(run({"eval", "run", "--json"}).out, "\"standin\": true"));
  BOOST_TEST(has(outcome.out, "data: rendered digits (stand-in)\n"), outcome.out);
  BOOST_TEST(has(run({"report", "run", "--csv"}).out, "rendered digits (stand-in)"));
  BOOST_TEST(has(run({"analyse", "run"}).out, "\n- hetsyn_lif on rendered digits (stand-in): run\n"));
  BOOST_TEST(run({"analyse", "run", "--groups", "pixel=0-0"}).exit_code == 0);  // one input, and a decay per synapse
  BOOST_TEST(has(run({"analyse", "run", "--json"}).out, "rendered digits (stand-in)"));
}

BOOST_FIXTURE_TEST_CASE(a_dry_run_makes_no_standin_and_says_that_a_run_would, NoData) {
  const Outcome outcome = run(with(arguments, {"--dry-run"}));
  BOOST_TEST(outcome.exit_code == 0, outcome.err);
  BOOST_TEST(has(outcome.out, "A run would first make a synthetic corpus instead, "), outcome.out);
  BOOST_TEST(has(outcome.out, "which takes about a second\n"), outcome.out);
  write_text(directory / "sweep.toml", "base = \"" + config + "\"\n[axes]\n\"train.seed\" = [0, 1]\n");
  const Outcome sweep = run({"sweep", "sweep.toml", "--dry-run"});
  BOOST_TEST(sweep.exit_code == 0, sweep.err);
  BOOST_TEST(has(sweep.out, "2 models to train"), sweep.out);
  BOOST_TEST(has(sweep.out, "A run would first make a synthetic corpus instead, "), sweep.out);
  for (const char* written : {"cache", "run", "runs"}) BOOST_TEST(!std::filesystem::exists(directory / written));
}

BOOST_FIXTURE_TEST_CASE(a_dry_run_uses_the_standin_that_is_there, NoData) {
  BOOST_TEST_REQUIRE(run(arguments).exit_code == 0);
  const Outcome outcome = run(with(arguments, {"--dry-run"}));
  BOOST_TEST(has(outcome.out, "memory:"), outcome.out);
  BOOST_TEST(has(outcome.out, "\ntime: about "), outcome.out);
  BOOST_TEST(has(outcome.err, "warning: the data are a stand-in"), outcome.err);
}

BOOST_FIXTURE_TEST_CASE(a_process_says_once_that_the_data_are_a_standin, NoData) {
  BOOST_TEST_REQUIRE(run(arguments).exit_code == 0);
  write_text(directory / "sweep.toml", "base = \"" + config +
                                           "\"\nset.model.hidden = [2]\nset.train.batch = 2\nset.train.max_steps = 1\n"
                                           "[axes]\n\"model.neuron\" = [\"hom_lif\", \"het_lif\"]\n");
  const Outcome sweep = run({"sweep", "sweep.toml", "--dry-run"});
  BOOST_TEST_REQUIRE(sweep.exit_code == 0, sweep.err);
  for (const std::string warning : {"warning: the data are a stand-in", "warning: MNIST was not found"}) {
    BOOST_TEST_REQUIRE(has(sweep.err, warning), sweep.err);
    BOOST_TEST(sweep.err.find(warning) == sweep.err.rfind(warning), sweep.err);
  }
}

BOOST_FIXTURE_TEST_CASE(the_cache_is_listed_and_cleared, NoData) {
  BOOST_TEST_REQUIRE(run(arguments).exit_code == 0);
  const std::string name(32, 'a');
  const std::filesystem::path spikes = directory / ("cache/hetsyn/spikes/tidigits-" + name + ".h5");
  std::filesystem::create_directories(spikes.parent_path());
  write_text(spikes, std::string(2'000'000, 'x'));
  const Outcome list = run({"cache"});
  BOOST_TEST(list.exit_code == 0, list.err);
  BOOST_TEST(has(list.out, "encoded recordings, 1 files of 2.0 MB in all, at most 10 GB"), list.out);
  BOOST_TEST(has(list.out, "2.0 MB  " + spikes.string()), list.out);
  BOOST_TEST(has(list.out, (directory / "cache/hetsyn/standin/mnist-v1").string()), list.out);
  BOOST_TEST(has(run({"cache", "--prune"}).out, "removed 0 files"));
  BOOST_TEST(run({"cache", "--prune", "--clear"}).exit_code == 2);
  const Outcome cleared = run({"cache", "--clear"});
  BOOST_TEST(has(cleared.out, "removed 1 files of encoded recordings, 2.0 MB"), cleared.out);
  BOOST_TEST(!std::filesystem::exists(spikes));
  BOOST_TEST(std::filesystem::is_empty(directory / "cache/hetsyn/standin"));
  BOOST_TEST(run(with(arguments, {"--force"})).exit_code == 0);  // and the stand-in is made again
}

BOOST_FIXTURE_TEST_CASE(what_killed_processes_left_in_the_cache_is_listed_and_removed, NoData) {
  const std::filesystem::path spikes = directory / "cache/hetsyn/spikes", standins = directory / "cache/hetsyn/standin";
  const std::string name = "tidigits-" + std::string(32, 'a');
  std::filesystem::create_directories(spikes);
  std::filesystem::create_directories(standins / "mnist-v1.partial");
  for (const std::filesystem::path& file :
       {spikes / (name + ".h5.17.tmp"), spikes / (name + ".lock"), standins / "mnist-v1.lock",
        standins / "mnist-v1.partial/half", spikes / "mine.lock"}) {
    write_text(file, std::string(200'000, 'x'));
  }
  const std::string title = "left by processes that were killed, until --prune or --clear:\n";
  const std::string list = run({"cache"}).out;
  BOOST_TEST(has(list, title + "       0.2 MB  " + (spikes / (name + ".h5.17.tmp")).string()), list);
  BOOST_TEST(has(list, "0.2 MB  " + (standins / "mnist-v1.partial").string()), list);
  const std::string pruned = run({"cache", "--prune"}).out;
  BOOST_TEST(has(pruned, "removed 4 files and folders that killed processes left\n"), pruned);
  BOOST_TEST(!has(pruned, title), pruned);
  BOOST_TEST(std::filesystem::is_empty(standins));
  BOOST_TEST(std::filesystem::exists(spikes / "mine.lock"));
}

BOOST_FIXTURE_TEST_CASE(without_a_standin_missing_data_are_an_error, NoData) {
  const Outcome outcome = run(with(arguments, {"--set", "task.standin=false"}));
  BOOST_TEST(outcome.exit_code == 1);
  BOOST_TEST(has(outcome.err, "data/mnist (no train-images-idx3-ubyte, "), outcome.err);
  BOOST_TEST(has(outcome.err, "bin/fetch-data mnist"), outcome.err);
  BOOST_TEST(!std::filesystem::exists(directory / "cache"));
}
