// Runs on files: what is recorded of where they were.
#include <boost/test/unit_test.hpp>

#include "cli/program.hpp"
#include "plugin/shd_file.hpp"

using namespace hetsyn::test;

namespace {

/// Twelve recordings of two classes in SHD's format, under data/ of a temporary directory.
struct Project {
  Project() {
    write_shd_recordings(temporary / "data");
    std::filesystem::create_directories(temporary / "elsewhere");
  }

  TemporaryDirectory temporary;
};

const std::vector<std::string> kTraining{"--task", "shd",
                                         "--out",  "run",
                                         "--set",  "task.path=data",
                                         "--set",  "model.hidden=[4]",
                                         "--set",  "train.epochs=2",
                                         "--set",  "task.bin_ms=50",
                                         "--set",  "task.skip_steps=0",
                                         "--set",  "run.threads=1"};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_run_is_evaluated_and_resumed_from_another_directory, Project) {
  const Outcome run = run_engine(kTraining, temporary.path());
  BOOST_TEST_REQUIRE(run.exit_code == 0, run.err);
  const Outcome here = run_engine({"eval", "run", "--json"}, temporary.path());
  const Outcome there = run_engine({"eval", "../run", "--json"}, temporary / "elsewhere");
  BOOST_TEST_REQUIRE(there.exit_code == 0, there.err);
  BOOST_TEST(there.out.substr(there.out.find("\"split\"")) == here.out.substr(here.out.find("\"split\"")));
  const Outcome resumed = run_engine({"--resume", "--out", "../run"}, temporary / "elsewhere");
  BOOST_TEST(resumed.exit_code == 0, resumed.err);
}

BOOST_FIXTURE_TEST_CASE(a_moved_copy_is_the_same_data, Project) {
  BOOST_TEST_REQUIRE(run_engine(kTraining, temporary.path()).exit_code == 0);
  const Outcome before = run_engine({"eval", "run"}, temporary.path());
  std::filesystem::rename(temporary / "data", temporary / "moved");
  std::filesystem::rename(temporary / "moved/shd_test.h5", temporary / "moved/renamed.h5");
  const std::vector<std::string> place{"--set", "task.path=moved", "--set", "task.test_file=renamed.h5"};
  const Outcome after = run_engine(with({"eval", "run"}, place), temporary.path());
  BOOST_TEST(after.exit_code == 0, after.err);
  BOOST_TEST(after.out.substr(after.out.find('\n')) == before.out.substr(before.out.find('\n')));
  const Outcome resumed = run_engine(with({"--resume", "--out", "run"}, place), temporary.path());
  BOOST_TEST(resumed.exit_code == 0, resumed.err);
  // The place is recorded.
  BOOST_TEST(run_engine({"eval", "run"}, temporary.path()).exit_code == 0);
}

BOOST_FIXTURE_TEST_CASE(a_changed_file_is_other_data, Project) {
  BOOST_TEST_REQUIRE(run_engine(with(kTraining, {"--set", "train.max_steps=1"}), temporary.path()).exit_code == 0);
  write_changed_shd_recording(temporary / "data/shd_train.h5");
  const Outcome resumed = run_engine({"--resume", "--out", "run", "--set", "train.max_steps=0"}, temporary.path());
  BOOST_TEST(resumed.exit_code == 1);
  BOOST_TEST(resumed.err.starts_with("error: run: the run is on other data than are found now: it was on shd_train.h5"),
             resumed.err);
  for (const char* split : {"train", "validation", "test"}) {
    const Outcome evaluated = run_engine({"eval", "run", "--split", split}, temporary.path());
    BOOST_TEST(evaluated.exit_code == 1);
    BOOST_TEST(evaluated.err.find("Expected the same content") != std::string::npos, evaluated.err);
  }
}

BOOST_FIXTURE_TEST_CASE(other_data_are_evaluated_where_they_are_asked_for_and_named, Project) {
  BOOST_TEST_REQUIRE(run_engine(kTraining, temporary.path()).exit_code == 0);
  std::filesystem::copy(temporary / "data/shd_test.h5", temporary / "data/other.h5");
  write_changed_shd_recording(temporary / "data/other.h5");
  const std::vector<std::string> other{"--set", "task.test_file=other.h5"};
  const Outcome tested = run_engine(with({"eval", "run"}, other), temporary.path());
  BOOST_TEST_REQUIRE(tested.exit_code == 0, tested.err);
  BOOST_TEST(
      tested.out.find("\n  trained on other data: shd_train.h5, shd_test.h5, 12 train samples") != std::string::npos,
      tested.out);
  const Outcome json = run_engine(with({"eval", "run", "--json"}, other), temporary.path());
  BOOST_TEST(json.out.find("\"trained_on\": {\n    \"name\": \"shd_train.h5, shd_test.h5\"") != std::string::npos);
  const Outcome validated = run_engine(with({"eval", "run", "--split", "validation"}, other), temporary.path());
  BOOST_TEST(validated.exit_code == 1);
  BOOST_TEST(validated.err.find("expected --split test") != std::string::npos, validated.err);
}

BOOST_FIXTURE_TEST_CASE(an_evaluation_changes_neither_the_network_nor_what_was_held_out, Project) {
  BOOST_TEST_REQUIRE(run_engine(kTraining, temporary.path()).exit_code == 0);
  const auto refused = [&](const std::string& option, const std::string& value, const std::string& message) {
    const Outcome outcome = run_engine({"eval", "run", "--split", "validation", option, value}, temporary.path());
    BOOST_TEST(outcome.exit_code == 2);
    BOOST_TEST(outcome.err.find(message) != std::string::npos, outcome.err);
  };
  refused("--set", "train.validation_fraction=0.5", "train.validation_fraction was 0.1 and is 0.5 now");
  refused("--set", "train.hold_out=samples", "train.hold_out was \"automatic\" and is \"samples\" now");
  refused("--set", "train.protocol=paper", "train.protocol was \"held_out\" and is \"paper\" now");
  refused("--seed", "1", "train.seed was 0 and is 1 now");
  refused("--set", "model.threshold=2", "model.threshold was 1.0 and is 2.0 now");
  refused("--set", "train.optimizer=sgd", "train.optimizer was \"adamw\" and is \"sgd\" now");
  for (const char* allowed : {"perturb.deletion=0.5", "run.device=reference", "task.bin_ms=25", "train.batch=32"}) {
    const Outcome outcome = run_engine({"eval", "run", "--split", "validation", "--set", allowed}, temporary.path());
    BOOST_TEST(outcome.exit_code == 0, outcome.err);
  }
  const Outcome varied = run_engine({"eval", "run", "--set", "task.bin_ms=25"}, temporary.path());
  BOOST_TEST(varied.out.find("\n  task.bin_ms = 25.0 (the run has 50.0)\n") != std::string::npos, varied.out);
}
