// A run that train.max_steps ends, once or often, and that is continued, leaves the files of the run in one piece.
#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/program.hpp"
#include "cli/small_result.hpp"
#include "run/run_directory.hpp"

using namespace hetsyn;
using namespace hetsyn::test;
namespace fs = std::filesystem;

namespace {

struct Pieces {
  std::string name;
  std::vector<std::string> settings;
  std::vector<std::uint64_t> ends;  ///< of all pieces but the last
};
std::ostream& operator<<(std::ostream& out, const Pieces& pieces) { return out << pieces.name; }

// 24 steps, epochs of 6.
const std::vector<std::uint64_t> kOften{2, 6, 7, 12, 17, 18, 23};
const std::vector<Pieces> kPieces{
    {"before the first evaluation", {}, {3}},
    {"at the end of an epoch", {}, {12}},
    {"within a later epoch", {}, {16}},
    {"often", {}, kOften},
    {"often, evaluated every other epoch", {"train.evaluate_every=2"}, kOften},
    {"often, evaluated every third epoch", {"train.evaluate_every=3"}, kOften},
    {"often, evaluated at the end alone", {"train.evaluate_every=9"}, kOften},
    {"often, with patience", {"train.patience=1"}, kOften},
    {"often, selected on the test set", {"train.protocol=paper", "train.evaluate_every=2"}, kOften},
    {"often, a checkpoint after each step", {"run.checkpoint_every_steps=1"}, kOften},
};

std::vector<std::string> run_with(const std::vector<std::string>& settings, std::uint64_t max_steps = 0) {
  std::vector<std::string> arguments =
      with(small_run("run"), {"--resume", "--set", "model.dropout=0.2", "--set", "run.snapshot_every_epochs=1", "--set",
                              "train.max_steps=" + std::to_string(max_steps)});
  for (const std::string& setting : settings) arguments = with(arguments, {"--set", setting});
  return arguments;
}

nlohmann::json summary_of(const fs::path& run) {
  nlohmann::json summary = nlohmann::json::parse(read_text(run / "summary.json"));
  for (const char* cost : {"seconds", "memory"}) summary.erase(cost);
  return summary;
}

std::vector<nlohmann::json> lines_of(const fs::path& run) {
  std::vector<nlohmann::json> lines;
  std::ifstream in(run / "metrics.jsonl");
  for (std::string line; std::getline(in, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

std::vector<std::string> checkpoints_of(const fs::path& run) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(run / "checkpoints")) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

/// All but times, memory and the recorded max_steps.
void check_equal_files(const fs::path& a, const fs::path& b) {
  BOOST_TEST(read_text(a / "metrics.jsonl") == read_text(b / "metrics.jsonl"));
  BOOST_TEST(summary_of(a) == summary_of(b));
  BOOST_TEST(checkpoints_of(a) == checkpoints_of(b), boost::test_tools::per_element());
  for (const std::string& name : checkpoints_of(a)) {
    BOOST_TEST_CONTEXT(name)
    check_equal(read_small_checkpoint(a / "checkpoints" / name), read_small_checkpoint(b / "checkpoints" / name));
  }
}

void check_run(const std::vector<std::string>& arguments, const fs::path& directory) {
  const Outcome outcome = run_engine(arguments, directory);
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
}

}  // namespace

BOOST_DATA_TEST_CASE(pieces_leave_the_files_of_the_whole, kPieces) {
  const TemporaryDirectory whole, pieces;
  check_run(run_with(sample.settings), whole.path());
  for (const std::uint64_t end : sample.ends) check_run(run_with(sample.settings, end), pieces.path());
  check_run(run_with(sample.settings), pieces.path());
  check_equal_files(pieces / "run", whole / "run");
}

BOOST_AUTO_TEST_CASE(where_it_ends_a_run_is_evaluated_and_says_what_that_is) {
  const TemporaryDirectory temporary;
  const fs::path run = temporary / "run";
  check_run(run_with({}, 3), temporary.path());
  BOOST_TEST(summary_of(run)["epochs"] == 0);
  BOOST_TEST(summary_of(run)["epoch"]["last"] == 1);
  BOOST_TEST(summary_of(run)["epoch"]["best_validation"] == 1);  // there is no other
  BOOST_TEST(lines_of(run).size() == 1u);
  BOOST_TEST(lines_of(run).back()["provisional"] == true);
  BOOST_TEST(fs::exists(run / "checkpoints" / "best.h5"));

  check_run(run_with({}, 8), temporary.path());
  const nlohmann::json summary = summary_of(run);
  BOOST_TEST(summary["status"] == "max_steps");
  BOOST_TEST(summary["epochs"] == 1);
  BOOST_TEST(summary["steps"] == 8);
  BOOST_TEST(summary["epoch"]["last"] == 2);
  BOOST_TEST(summary["epoch"]["best_validation"] == 1);
  BOOST_TEST(summary["metrics"]["test"]["loss"]["last"].is_number());
  const std::vector<nlohmann::json> lines = lines_of(run);
  BOOST_TEST_REQUIRE(lines.size() == 2u);
  BOOST_TEST(!lines[0].contains("provisional"));
  BOOST_TEST(lines[1]["provisional"] == true);
  BOOST_TEST(lines[1]["step"] == 8);

  // The same command again has nothing to do, and neither has one that ends before.
  const std::string metrics = read_text(run / "metrics.jsonl");
  for (const std::uint64_t end : {8U, 5U}) {
    check_run(run_with({}, end), temporary.path());
    BOOST_TEST(read_text(run / "metrics.jsonl") == metrics);
    BOOST_TEST(summary_of(run) == summary);
  }
}

BOOST_AUTO_TEST_CASE(an_epoch_that_is_not_due_is_evaluated_provisionally) {
  const TemporaryDirectory temporary;
  const fs::path run = temporary / "run";
  check_run(run_with({"train.evaluate_every=3"}, 12), temporary.path());
  std::vector<nlohmann::json> lines = lines_of(run);
  BOOST_TEST_REQUIRE(lines.size() == 2u);
  BOOST_TEST(lines[1]["provisional"] == true);
  BOOST_TEST(lines[1].contains("validation"));
  BOOST_TEST(summary_of(run)["epochs"] == 2);
  check_run(run_with({"train.evaluate_every=3"}, 14), temporary.path());
  lines = lines_of(run);
  BOOST_TEST_REQUIRE(lines.size() == 3u);
  BOOST_TEST(!lines[1].contains("provisional"));
  BOOST_TEST(!lines[1].contains("validation"));
}

/// Killed after it wrote all but its last checkpoint: the files are ahead of it.
BOOST_AUTO_TEST_CASE(files_ahead_of_the_last_checkpoint_are_written_again) {
  const TemporaryDirectory whole, killed;
  const std::vector<std::string> settings{"train.evaluate_every=2"};
  check_run(run_with(settings), whole.path());
  check_run(run_with(settings, 6), killed.path());
  const fs::path run = killed / "run", all = whole / "run";
  std::ofstream(run / "metrics.jsonl", std::ios::app) << R"({"epoch":2,"step":12,"learning_rate":1,"train":{}})"
                                                      << "\n{\"epoch\":3,\"st";
  for (const char* name : {"best.h5", "step-12.h5", "step-18.h5"}) {
    fs::copy_file(all / "checkpoints" / name, run / "checkpoints" / name, fs::copy_options::overwrite_existing);
  }
  check_run(run_with(settings), killed.path());
  check_equal_files(run, all);
}
