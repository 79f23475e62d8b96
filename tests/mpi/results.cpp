// What ranks train is what one process trains.
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "mpi/ranks.hpp"

namespace data = boost::unit_test::data;
using namespace hetsyn;
using namespace hetsyn::test;

namespace {

/// shared_run() to its end, once for each number of ranks.
const Result& uninterrupted(int ranks) {
  static std::map<int, Result> results;
  const auto found = results.find(ranks);
  if (found != results.end()) return found->second;
  const TemporaryDirectory temporary;
  const auto launcher = ranks == 1 ? std::vector<std::string>() : mpirun(ranks);
  const Outcome outcome = Program(shared_run("run"), temporary.path(), launcher).wait();
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  const auto summary = nlohmann::json::parse(read_text(temporary / "run" / "summary.json"));
  BOOST_TEST(summary["ranks"] == ranks);
  return results.emplace(ranks, result_of(temporary / "run")).first->second;
}

}  // namespace

// Of 7 ranks, two have no sample of a batch of 5.
BOOST_DATA_TEST_CASE(ranks_train_what_one_process_trains, data::make({2, 3, 7}), ranks) {
  check_close(uninterrupted(ranks), uninterrupted(1));
}

BOOST_AUTO_TEST_CASE(the_same_ranks_train_the_same_bits) {
  const TemporaryDirectory temporary;
  const Outcome outcome = run_ranks(3, shared_run("run"), temporary.path());
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  check_equal(result_of(temporary / "run"), uninterrupted(3));
}

BOOST_AUTO_TEST_CASE(a_run_goes_on_with_the_same_ranks_bit_for_bit) {
  const TemporaryDirectory temporary;
  for (const char* until : {"train.max_steps=9", "train.max_steps=0"}) {
    const Outcome outcome = run_ranks(2, with(shared_run("run"), {"--resume", "--set", until}), temporary.path());
    BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  }
  const Result whole = uninterrupted(2), resumed = result_of(temporary / "run");
  BOOST_TEST((resumed.last.parameters == whole.last.parameters));
  BOOST_TEST((resumed.last.moment1 == whole.last.moment1));
  BOOST_TEST((resumed.last.moment2 == whole.last.moment2));
}

BOOST_AUTO_TEST_CASE(ranks_start_from_given_parameters) {
  const TemporaryDirectory temporary;
  BOOST_TEST_REQUIRE(run_engine(shared_run("first"), temporary.path()).exit_code == 0);
  const auto tuned = [&](const std::string& out) {
    return with(shared_run(out), {"--set", "model.initial=first/checkpoints/last.h5"});
  };
  BOOST_TEST_REQUIRE(run_engine(tuned("one"), temporary.path()).exit_code == 0);
  const Outcome outcome = run_ranks(2, tuned("two"), temporary.path());
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  check_close(result_of(temporary / "two"), result_of(temporary / "one"));
  const Outcome refused = run_ranks(2, with(tuned("three"), {"--set", "model.hidden=[9]"}), temporary.path());
  BOOST_TEST(refused.exit_code == 1);
  BOOST_TEST(count(refused.err, "last.h5: hidden1.r has the shape") == 1U, refused.err);
}

BOOST_AUTO_TEST_CASE(a_run_goes_on_with_other_numbers_of_ranks) {
  const TemporaryDirectory temporary;
  const auto until = [&](const char* steps) {
    return with(shared_run("run"), {"--resume", "--set", std::string("train.max_steps=") + steps});
  };
  BOOST_TEST_REQUIRE(run_ranks(2, until("7"), temporary.path()).exit_code == 0);
  BOOST_TEST(steps_recorded(temporary / "run") == 7U);
  BOOST_TEST_REQUIRE(run_engine(until("13"), temporary.path()).exit_code == 0);
  BOOST_TEST(steps_recorded(temporary / "run") == 13U);
  BOOST_TEST_REQUIRE(run_ranks(2, until("0"), temporary.path()).exit_code == 0);
  check_close(result_of(temporary / "run"), uninterrupted(1));
}

BOOST_AUTO_TEST_CASE(one_rank_speaks_for_all) {
  const TemporaryDirectory temporary;
  const Outcome outcome = run_ranks(2, shared_run("run"), temporary.path());
  BOOST_TEST(count(outcome.out, "2 ranks, 1 threads each") == 1U, outcome.out);
  BOOST_TEST(count(outcome.out, "results in run/summary.json") == 1U, outcome.out);
  BOOST_TEST(count(read_text(temporary / "run" / "metrics.jsonl"), "\n") == 4U);
}

BOOST_AUTO_TEST_CASE(a_process_started_alone_does_not_load_mpi) {
  const TemporaryDirectory temporary;
  const auto libraries = [&](const Program& program) {
    BOOST_TEST_REQUIRE(wait_until([&] { return std::filesystem::exists(temporary / "run" / "config.toml"); }));
    return read_text("/proc/" + std::to_string(program.process()) + "/maps");
  };
  const Program program(with(shared_run("run"), {"--set", "train.batch=5000"}), temporary.path());
  const std::string maps = libraries(program);
  BOOST_TEST(maps.find("libtbb") != std::string::npos);
  BOOST_TEST(maps.find("libmpi") == std::string::npos);
}
