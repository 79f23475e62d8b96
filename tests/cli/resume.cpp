// A run that was killed or interrupted, and continued, is bit for bit the run that was not.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "cli/program.hpp"
#include "cli/small_result.hpp"
#include "config/config.hpp"

using namespace hetsyn;
using namespace hetsyn::test;

namespace {

/// The small run, slowed down so that it can be hit at a chosen step, with dropout to be continued as well.
std::vector<std::string> slow_run(const std::string& out) {
  return with(small_run(out), {"--set", "train.evaluation_samples=64", "--set", "model.dropout=0.2", "--set",
                               "run.device=reference", "--set", "train.batch=8"});
}

const Result& uninterrupted() {
  static const TemporaryDirectory temporary;
  static const Result result = [] {
    BOOST_TEST_REQUIRE(run_engine(slow_run("run"), temporary.path()).exit_code == 0);
    return result_of(temporary / "run");
  }();
  return result;
}

std::uint64_t steps_recorded(const std::filesystem::path& run) {
  const auto summary = nlohmann::json::parse(read_text(run / "summary.json"), nullptr, false);
  return summary.is_object() ? summary["steps"].get<std::uint64_t>() : 0;
}

struct Blow {
  int signal;
  std::uint64_t at_step;
  int later_ms;  ///< so that it falls into training, evaluation or writing
};
std::ostream& operator<<(std::ostream& out, const Blow& blow) {
  return out << "signal " << blow.signal << " at step " << blow.at_step << " + " << blow.later_ms << " ms";
}
const std::vector<Blow> kBlows{{SIGKILL, 0, 30},  {SIGKILL, 2, 0}, {SIGKILL, 4, 7}, {SIGKILL, 6, 3},  {SIGKILL, 10, 1},
                               {SIGKILL, 12, 11}, {SIGINT, 2, 2},  {SIGINT, 6, 0},  {SIGTERM, 10, 5}, {SIGINT, 12, 20}};

}  // namespace

BOOST_DATA_TEST_CASE(a_broken_off_run_continues_bit_for_bit, kBlows) {
  const TemporaryDirectory temporary;
  const auto run = temporary / "run";
  Program program(slow_run("run"), temporary.path());
  BOOST_TEST_REQUIRE(wait_until([&] { return std::filesystem::exists(run / "config.toml"); }));
  BOOST_TEST_REQUIRE(wait_until([&] { return steps_recorded(run) >= sample.at_step; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(sample.later_ms));
  program.send(sample.signal);
  const Outcome broken = program.wait();
  if (sample.signal == SIGKILL) {
    BOOST_TEST(broken.signal == SIGKILL);
  } else {
    BOOST_TEST(broken.exit_code == 130);
    BOOST_TEST(broken.err.find("interrupted; continue with: engine --resume --out run\n") != std::string::npos);
    BOOST_TEST(nlohmann::json::parse(read_text(run / "summary.json"))["status"] == "interrupted");
  }
  const Outcome continued = run_engine({"--resume", "--out", "run", "--threads", "1"}, temporary.path());
  BOOST_TEST_REQUIRE(continued.exit_code == 0, continued.err);
  check_equal(result_of(run), uninterrupted());
}

BOOST_DATA_TEST_CASE(the_same_command_with_resume_starts_and_continues,
                     (std::vector<std::string>{"cpu", "reference"})) {
  const TemporaryDirectory temporary;
  const auto command = [&](const std::string& out) {
    return with(slow_run(out), {"--resume", "--set", "run.device=" + sample, "--set", "run.threads=2"});
  };
  BOOST_TEST_REQUIRE(run_engine(command("whole"), temporary.path()).exit_code == 0);
  // Step 5 lies within an epoch of 6.
  BOOST_TEST_REQUIRE(run_engine(with(command("run"), {"--set", "train.max_steps=5"}), temporary.path()).exit_code == 0);
  BOOST_TEST(steps_recorded(temporary / "run") == 5u);
  BOOST_TEST_REQUIRE(run_engine(command("run"), temporary.path()).exit_code == 0);
  check_equal(result_of(temporary / "run"), result_of(temporary / "whole"));
}

BOOST_AUTO_TEST_CASE(a_finished_run_is_left_as_it_is) {
  const TemporaryDirectory temporary;
  BOOST_TEST_REQUIRE(run_engine(slow_run("run"), temporary.path()).exit_code == 0);
  BOOST_TEST_REQUIRE(run_engine({"--resume", "--out", "run"}, temporary.path()).exit_code == 0);
  check_equal(result_of(temporary / "run"), uninterrupted());
}

BOOST_AUTO_TEST_CASE(a_run_is_not_continued_as_another_one) {
  const TemporaryDirectory temporary;
  BOOST_TEST_REQUIRE(run_engine(small_run("run"), temporary.path()).exit_code == 0);
  const Outcome outcome = run_engine(with(small_run("run"), {"--resume", "--set", "train.batch=5"}), temporary.path());
  BOOST_TEST(outcome.exit_code == 2);
  // Evaluations take as many samples at once, where nothing else is said.
  BOOST_TEST(
      outcome.err.find("error: run: a run that is resumed cannot be changed: train.batch was 4 and is 5 now, "
                       "train.evaluation_batch was 4 and is 5 now; leave the change out, or start another run\n") !=
          std::string::npos,
      outcome.err);
}

BOOST_AUTO_TEST_CASE(a_finished_run_that_is_made_longer_is_the_longer_run) {
  const TemporaryDirectory temporary;
  const std::vector<std::string> longer{"--set", "train.iterations=36"};
  BOOST_TEST_REQUIRE(run_engine(with(slow_run("whole"), longer), temporary.path()).exit_code == 0);
  BOOST_TEST_REQUIRE(run_engine(slow_run("run"), temporary.path()).exit_code == 0);
  const Outcome outcome = run_engine(with({"--resume", "--out", "run"}, longer), temporary.path());
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  check_equal(result_of(temporary / "run"), result_of(temporary / "whole"));
  BOOST_TEST(read_text(temporary / "run/config.toml") == read_text(temporary / "whole/config.toml"));
  const auto summary = nlohmann::json::parse(read_text(temporary / "run/summary.json"));
  BOOST_TEST(summary["extended"].dump() == R"([{"from":24,"step":24,"to":36}])");
  const Outcome shorter = run_engine({"--resume", "--out", "run", "--set", "train.iterations=24"}, temporary.path());
  BOOST_TEST(shorter.exit_code == 2);
  BOOST_TEST(
      shorter.err.find("error: run: a run of 36 steps that is resumed cannot be made shorter") != std::string::npos,
      shorter.err);
}

BOOST_AUTO_TEST_CASE(a_damaged_checkpoint_is_named) {
  const TemporaryDirectory temporary;
  BOOST_TEST_REQUIRE(run_engine(small_run("run"), temporary.path()).exit_code == 0);
  const auto checkpoint = temporary.path() / "run" / "checkpoints" / "last.h5";
  std::filesystem::resize_file(checkpoint, std::filesystem::file_size(checkpoint) / 2);
  const Outcome outcome = run_engine({"--resume", "--out", "run"}, temporary.path());
  BOOST_TEST(outcome.exit_code == 1);
  BOOST_TEST(outcome.err.find("run/checkpoints/last.h5") != std::string::npos, outcome.err);
}

BOOST_AUTO_TEST_CASE(a_second_interrupt_ends_at_once) {
  const TemporaryDirectory temporary;
  // A batch that takes many seconds: only the second signal can end it soon.
  Program program(with(slow_run("run"), {"--set", "train.batch=20000"}), temporary.path());
  BOOST_TEST_REQUIRE(wait_until([&] { return std::filesystem::exists(temporary.path() / "run" / "config.toml"); }));
  const auto start = std::chrono::steady_clock::now();
  program.send(SIGINT);
  BOOST_TEST_REQUIRE(
      wait_until([&] { return read_text(temporary / "err.txt").find("interrupt again") != std::string::npos; }));
  program.send(SIGINT);
  const Outcome outcome = program.wait();
  BOOST_TEST(outcome.exit_code == 130);
  BOOST_TEST(outcome.err.find("stopped at once") != std::string::npos, outcome.err);
  BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds(5)));
}
