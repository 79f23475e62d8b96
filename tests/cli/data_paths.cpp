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

BOOST_FIXTURE_TEST_CASE(other_data_than_the_runs_are_refused_unless_asked_for, Project) {
  BOOST_TEST_REQUIRE(run_engine(kTraining, temporary.path()).exit_code == 0);
  std::filesystem::copy(temporary / "data/shd_test.h5", temporary / "data/other.h5");
  const std::string config = read_text(temporary / "run/config.toml");
  std::string changed = config;
  changed.replace(changed.find("shd_test.h5"), 11, "other.h5");
  write_text(temporary / "run/config.toml", changed);
  const Outcome refused = run_engine({"eval", "run"}, temporary.path());
  BOOST_TEST(refused.exit_code == 1);
  BOOST_TEST(refused.err ==
             "error: run: the run was on the data shd_train.h5, shd_test.h5, and those found now are shd_train.h5, "
             "other.h5; expected the same, at the place where the run found them\n");
  const Outcome wanted = run_engine({"eval", "run", "--set", "task.test_file=other.h5"}, temporary.path());
  BOOST_TEST(wanted.exit_code == 0);
  BOOST_TEST(wanted.err.starts_with("warning: run: the run was on the data"), wanted.err);
}
