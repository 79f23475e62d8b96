// Runs and what they leave behind.
#include <sys/mount.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "cli/program.hpp"

using namespace hetsyn::test;
using Json = nlohmann::json;

namespace {

std::size_t line_count(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// A separate small file system, full after 64 KiB; needs the right to mount.
class FullDisk {
 public:
  explicit FullDisk(std::filesystem::path path) : path_(std::move(path)) {
    std::filesystem::create_directory(path_);
    mounted_ = ::mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=64k") == 0;
  }
  ~FullDisk() {
    if (mounted_) ::umount(path_.c_str());
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  [[nodiscard]] bool mounted() const { return mounted_; }

 private:
  std::filesystem::path path_;
  bool mounted_ = false;
};

/// Without the rights, the test is reported as skipped.
boost::test_tools::assertion_result can_mount(boost::unit_test::test_unit_id /*test*/) {
  const TemporaryDirectory temporary;
  boost::test_tools::assertion_result result(FullDisk(temporary / "disk").mounted());
  result.message() << "mounting a small file system takes root";
  return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_run_directory_holds_what_is_promised) {
  const TemporaryDirectory temporary;
  const Outcome outcome = run_engine(small_run("run"), temporary.path());
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  for (const char* file :
       {"config.toml", "metrics.jsonl", "summary.json", "log.txt", "checkpoints/last.h5", "checkpoints/best.h5"}) {
    BOOST_TEST(std::filesystem::exists(temporary.path() / "run" / file), file);
  }
  const Json summary = Json::parse(read_text(temporary.path() / "run" / "summary.json"));
  BOOST_TEST(summary["task"] == "dms");
  BOOST_TEST(summary["status"] == "finished");
  BOOST_TEST(summary["steps"] == 24);
  BOOST_TEST(summary["device"] == "cpu");
  BOOST_TEST(summary["parameters"] == 2 * 8 * 30 + 2 * 8 * 8 + 2 * 2 * 8);  // w and r of three projections
  for (const char* split : {"train", "validation", "test"}) {
    for (const char* metric : {"accuracy", "loss", "firing_rate_hz"}) {
      BOOST_TEST(summary["metrics"][split][metric]["last"].is_number(), split << " " << metric);
    }
  }
  BOOST_TEST(line_count(read_text(temporary.path() / "run" / "metrics.jsonl")) == 4u);
  BOOST_TEST(outcome.out.find('\r') == std::string::npos);  // no bar where nobody watches
  BOOST_TEST(outcome.out.find("epoch 4/4") != std::string::npos, outcome.out);
}

BOOST_AUTO_TEST_CASE(the_recorded_config_runs_the_same_run_again) {
  const TemporaryDirectory temporary;
  BOOST_TEST_REQUIRE(run_engine(with(small_run("a"), {"--seed", "7"}), temporary.path()).exit_code == 0);
  BOOST_TEST_REQUIRE(run_engine({"--config", "a/config.toml", "--out", "b"}, temporary.path()).exit_code == 0);
  BOOST_TEST(read_text(temporary.path() / "a" / "config.toml") == read_text(temporary.path() / "b" / "config.toml"));
  BOOST_TEST(read_text(temporary.path() / "a" / "metrics.jsonl") ==
             read_text(temporary.path() / "b" / "metrics.jsonl"));
  BOOST_TEST_REQUIRE(run_engine(with(small_run("c"), {"--seed", "8"}), temporary.path()).exit_code == 0);
  BOOST_TEST(read_text(temporary.path() / "a" / "metrics.jsonl") !=
             read_text(temporary.path() / "c" / "metrics.jsonl"));
}

BOOST_AUTO_TEST_CASE(a_run_in_the_way_is_kept_unless_forced) {
  const TemporaryDirectory temporary;
  BOOST_TEST_REQUIRE(run_engine(small_run("run"), temporary.path()).exit_code == 0);
  const std::string before = read_text(temporary.path() / "run" / "summary.json");
  BOOST_TEST(run_engine(small_run("run"), temporary.path()).exit_code == 2);
  BOOST_TEST(read_text(temporary.path() / "run" / "summary.json") == before);
  BOOST_TEST(run_engine(with(small_run("run"), {"--force", "--seed", "5"}), temporary.path()).exit_code == 0);
  BOOST_TEST(Json::parse(read_text(temporary.path() / "run" / "summary.json"))["seed"] == 5);
}

BOOST_AUTO_TEST_CASE(quiet_prints_nothing) {
  const TemporaryDirectory temporary;
  const Outcome outcome = run_engine(with(small_run("run"), {"--quiet"}), temporary.path());
  BOOST_TEST(outcome.exit_code == 0);
  BOOST_TEST(outcome.out.empty(), outcome.out);
  BOOST_TEST(outcome.err.empty(), outcome.err);
}

BOOST_AUTO_TEST_CASE(a_quiet_evaluation_prints_its_result) {
  const TemporaryDirectory temporary;
  BOOST_TEST_REQUIRE(run_engine(small_run("run"), temporary.path()).exit_code == 0);
  const Outcome outcome = run_engine({"eval", "run", "--quiet", "--json"}, temporary.path());
  BOOST_TEST(outcome.exit_code == 0);
  BOOST_TEST(Json::parse(outcome.out)["samples"] == 16);
  BOOST_TEST(outcome.err.empty(), outcome.err);
}

BOOST_AUTO_TEST_CASE(evaluation_repeats_the_runs_own_numbers_and_damage_changes_them) {
  const TemporaryDirectory temporary;
  BOOST_TEST_REQUIRE(run_engine(small_run("run"), temporary.path()).exit_code == 0);
  const Json summary = Json::parse(read_text(temporary.path() / "run" / "summary.json"));
  const auto evaluate = [&](const std::vector<std::string>& more) {
    const Outcome outcome = run_engine(with({"eval", "run", "--json"}, more), temporary.path());
    BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
    return Json::parse(outcome.out)["metrics"]["loss"].get<double>();
  };
  const auto loss = summary["metrics"]["test"]["loss"];
  BOOST_TEST(evaluate({"--checkpoint", "last"}) == loss["last"].get<double>());
  BOOST_TEST(evaluate({}) == loss["best_validation"].get<double>());
  const double clean = evaluate({});
  for (const char* damage :
       {"deletion=0.5", "addition=0.1", "jitter_ms=50", "warp_log2=0.5", "weight_noise=0.3", "decay_noise=0.1"}) {
    const std::string key = std::string("perturb.") + damage;
    BOOST_TEST(evaluate({"--set", key}) != clean, damage);
    BOOST_TEST(evaluate({"--set", key}) == evaluate({"--set", key}), damage);
    BOOST_TEST(evaluate({"--set", key, "--set", "perturb.seed=1"}) != evaluate({"--set", key}), damage);
  }
}

BOOST_AUTO_TEST_CASE(a_report_compares_models_over_common_seeds) {
  const TemporaryDirectory temporary;
  std::vector<std::string> names;
  for (const char* model : {"hetsyn_lif", "hom_lif"}) {
    for (const char* seed : {"1", "2"}) {
      names.push_back(std::string(model) + seed);
      const std::string neuron = std::string("model.neuron=") + model;
      BOOST_TEST_REQUIRE(
          run_engine(with(small_run(names.back()), {"--seed", seed, "--set", neuron}), temporary.path()).exit_code ==
          0);
    }
  }
  const Outcome outcome = run_engine(with({"report", "--json"}, names), temporary.path());
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  const Json report = Json::parse(outcome.out);
  BOOST_TEST(report["groups"].size() == 2u);
  BOOST_TEST(report["comparisons"][0]["seeds"] == Json({1, 2}));
  const auto test_accuracy = [&](const std::string& run) {
    const Json summary = Json::parse(read_text(temporary.path() / run / "summary.json"));
    return summary["metrics"]["test"]["accuracy"]["best_validation"].get<double>();
  };
  const double expected = (test_accuracy("hetsyn_lif1") - test_accuracy("hom_lif1") + test_accuracy("hetsyn_lif2") -
                           test_accuracy("hom_lif2")) /
                          2.0;
  // Accuracies are multiples of 1/16: sums and halves of them are exact.
  BOOST_TEST(report["comparisons"][0]["differences"]["test_best_validation"]["mean"].get<double>() == expected);
}

BOOST_AUTO_TEST_CASE(an_unwritable_directory_is_named) {
  const TemporaryDirectory temporary;
  const Outcome outcome = run_engine(small_run("/proc/hetsyn/run"), temporary.path());
  BOOST_TEST(outcome.exit_code == 1);
  BOOST_TEST(outcome.err == "error: /proc/hetsyn/run: cannot make the run directory: No such file or directory\n");
}

BOOST_AUTO_TEST_CASE(a_run_that_fails_says_so_in_its_summary) {
  const TemporaryDirectory temporary;
  Program program(with(small_run("run"), {"--device", "reference"}), temporary.path());
  const auto summary = temporary.path() / "run" / "summary.json";
  BOOST_TEST_REQUIRE(wait_until([&] { return std::filesystem::exists(summary); }));
  // In one step, whatever is being written there just now; the next checkpoint has nowhere to go.
  std::filesystem::rename(temporary.path() / "run" / "checkpoints", temporary.path() / "run" / "elsewhere");
  const Outcome outcome = program.wait();
  BOOST_TEST(outcome.exit_code == 1);
  BOOST_TEST(outcome.err.find("run/checkpoints/") != std::string::npos, outcome.err);
  BOOST_TEST(Json::parse(read_text(summary))["status"] == "failed");
  BOOST_TEST(read_text(temporary.path() / "run" / "log.txt").find(outcome.err) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_full_disk_ends_the_run_and_leaves_the_last_checkpoint_whole,
                     *boost::unit_test::precondition(can_mount)) {
  const TemporaryDirectory temporary;
  const FullDisk disk(temporary / "disk");
  // Checkpoints of about 40 KiB: the first fits, the temporary file of the next does not.
  const Outcome outcome = run_engine(with(small_run("disk/run"), {"--set", "model.hidden=[20]"}), temporary.path());
  BOOST_TEST(outcome.exit_code == 1);
  BOOST_TEST(outcome.err.find("No space left on device") != std::string::npos, outcome.err);
  const Outcome evaluation = run_engine({"eval", "disk/run", "--checkpoint", "last"}, temporary.path());
  BOOST_TEST(evaluation.exit_code == 0, evaluation.err);
}
