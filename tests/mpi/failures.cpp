// What ends one rank ends all, says so once, and leaves a checkpoint to go on from.
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>

#include "mpi/ranks.hpp"
#include "plugin/shd_file.hpp"

namespace data = boost::unit_test::data;
using namespace hetsyn;
using namespace hetsyn::test;

namespace {

/// Many steps, so that the signal arrives during the run.
std::vector<std::string> long_run(const std::string& out) {
  return with(shared_run(out), {"--set", "train.iterations=100000"});
}

/// The ranks of an mpirun on this machine.
std::vector<pid_t> ranks_of(const Program& mpirun) {
  const std::string process = std::to_string(mpirun.process());
  std::ifstream children("/proc/" + process + "/task/" + process + "/children");
  std::vector<pid_t> out;
  for (pid_t child = 0; children >> child;) out.push_back(child);
  return out;
}

/// Gone, or left for someone to ask how it ended.
bool has_ended(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string number, name, state;
  file >> number >> name >> state;
  return !file || state == "Z" || state == "X";
}

/// A long run of two ranks that has made some steps.
struct Underway {
  Underway() : program(long_run("run"), temporary.path(), mpirun(2)) {
    BOOST_TEST_REQUIRE(wait_until([&] { return steps_recorded(temporary / "run") >= 8; }));
    ranks = ranks_of(program);
    BOOST_TEST_REQUIRE(ranks.size() == 2U);
  }

  TemporaryDirectory temporary;
  Program program;
  std::vector<pid_t> ranks;
};

/// Continues for a few steps with so many ranks.
void check_goes_on(const TemporaryDirectory& temporary, int ranks) {
  const std::uint64_t done = result_of(temporary / "run").last.progress.step;
  BOOST_TEST(done >= 8U);
  const auto arguments = with(long_run("run"), {"--resume", "--set", "train.max_steps=" + std::to_string(done + 5)});
  const Outcome outcome = run_ranks(ranks, arguments, temporary.path());
  BOOST_TEST(outcome.exit_code == 0, outcome.err);
  BOOST_TEST(result_of(temporary / "run").last.progress.step == done + 5);
}

}  // namespace

BOOST_DATA_TEST_CASE_F(Underway, a_killed_rank_ends_the_job_and_leaves_the_checkpoint, data::make({0U, 1U}), victim) {
  const auto start = std::chrono::steady_clock::now();
  ::kill(ranks[victim], SIGKILL);
  BOOST_TEST(program.wait().exit_code != 0);
  BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds(10)));
  for (const pid_t rank : ranks)
    BOOST_TEST(wait_until([&] { return has_ended(rank); }), "rank " << rank << " lives on");
  check_goes_on(temporary, victim == 0 ? 2 : 1);
}

BOOST_DATA_TEST_CASE_F(Underway, a_signal_to_one_rank_stops_all_at_one_step, data::make({0U, 1U}), told) {
  ::kill(ranks[told], SIGTERM);
  const Outcome outcome = program.wait();
  BOOST_TEST(outcome.exit_code == 130);
  BOOST_TEST(count(outcome.err, "interrupted; continue with: engine --resume --out run\n") == 1U, outcome.err);
  check_goes_on(temporary, 2);
}

BOOST_FIXTURE_TEST_CASE(a_signal_to_mpirun_leaves_a_checkpoint, Underway) {
  program.send(SIGINT);
  BOOST_TEST(program.wait().exit_code != 0);
  check_goes_on(temporary, 1);
}

BOOST_AUTO_TEST_CASE(an_error_of_all_is_said_once) {
  const TemporaryDirectory temporary;
  const Outcome outcome = run_ranks(3, with(shared_run("run"), {"--set", "train.batch=0"}), temporary.path());
  BOOST_TEST(outcome.exit_code == 2);
  BOOST_TEST(count(outcome.err, "error: ") == 1U, outcome.err);
  BOOST_TEST(outcome.err.find("train.batch") != std::string::npos, outcome.err);
  BOOST_TEST(!std::filesystem::exists(temporary / "run"));
}

BOOST_AUTO_TEST_CASE(a_bad_file_of_one_rank_ends_all_and_is_named_once) {
  const TemporaryDirectory temporary;
  write_shd_recordings(temporary / "good" / "shd");
  write_shd_recordings(temporary / "bad" / "shd");
  std::filesystem::resize_file(temporary / "bad/shd/shd_train.h5", 1000);
  const std::vector<std::string> run{"--task", "shd", "--out", "run", "--set", "model.hidden=[4]"};
  const auto rank = [&](const std::string& folder) {
    return std::vector<std::string>{"-n", "1", "/usr/bin/env", "HETSYN_DATA=" + (temporary / folder).string()};
  };
  std::vector<std::string> launcher = with({HETSYN_MPIRUN}, rank("good"));
  std::vector<std::string> arguments = with(with(run, {":"}), rank("bad"));
  arguments = with(with(arguments, {HETSYN_ENGINE}), run);
  const Outcome outcome = Program(arguments, temporary.path(), launcher).wait();
  BOOST_TEST(outcome.exit_code == 1);
  BOOST_TEST(count(outcome.err, "error: ") == 1U, outcome.err);
  BOOST_TEST(outcome.err.find("bad/shd/shd_train.h5") != std::string::npos, outcome.err);
}

BOOST_AUTO_TEST_CASE(ranks_of_different_runs_are_refused) {
  const TemporaryDirectory temporary;
  std::vector<std::string> arguments = with(shared_run("run"), {":", "-n", "1", HETSYN_ENGINE});
  arguments = with(with(arguments, shared_run("run")), {"--seed", "4"});
  const Outcome outcome = run_ranks(1, arguments, temporary.path());
  BOOST_TEST(outcome.exit_code == 2);
  BOOST_TEST(count(outcome.err, "error: rank 1 was started with train.seed = 4, rank 0 with 0\n") == 1U, outcome.err);
}

BOOST_AUTO_TEST_CASE(a_launch_that_mpi_does_not_see_is_refused) {
  const TemporaryDirectory temporary;
  const Outcome outcome =
      Program(shared_run("run"), temporary.path(), {"/usr/bin/env", "SLURM_STEP_NUM_TASKS=4"}).wait();
  BOOST_TEST(outcome.exit_code == 1);
  BOOST_TEST(outcome.err.find("started as one of 4 processes, but MPI sees 1") != std::string::npos, outcome.err);
}
