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
  const std::string config = HETSYN_SOURCE_DIR "/configs/smnist.toml";
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
}

BOOST_FIXTURE_TEST_CASE(without_a_standin_missing_data_are_an_error, NoData) {
  const Outcome outcome = run(with(arguments, {"--set", "task.standin=false"}));
  BOOST_TEST(outcome.exit_code == 1);
  BOOST_TEST(has(outcome.err, "data/mnist (no train-images-idx3-ubyte, "), outcome.err);
  BOOST_TEST(has(outcome.err, "bin/fetch-data mnist"), outcome.err);
  BOOST_TEST(!std::filesystem::exists(directory / "cache"));
}
