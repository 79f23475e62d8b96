// What the program shows in terminals of different widths and abilities.
#include "support/terminal.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "cli/program.hpp"

using namespace hetsyn::test;
namespace data = boost::unit_test::data;

namespace {

using Words = std::vector<std::string>;
using Environment = std::vector<std::pair<std::string, std::string>>;

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TerminalOutcome in_terminal(const Words& arguments, const std::filesystem::path& directory, std::size_t columns,
                            const Environment& environment = {}) {
  return run_in_terminal(with({HETSYN_ENGINE}, arguments), directory, columns, environment);
}

/// Two runs of a second or less, and one that is no run.
struct Runs {
  Runs() {
    BOOST_REQUIRE(run_engine(with(small_run("a"), {"--seed", "1"}), folder.path()).exit_code == 0);
    BOOST_REQUIRE(run_engine(with(small_run("b"), {"--seed", "2"}), folder.path()).exit_code == 0);
    std::filesystem::create_directory(folder / "none");
  }
  TemporaryDirectory folder;
};

}  // namespace

BOOST_DATA_TEST_CASE(a_training_fits_and_leaves_nothing_of_its_bar, data::make({40, 60, 80, 200})) {
  const TemporaryDirectory folder;
  const auto outcome = in_terminal(small_run("run"), folder.path(), static_cast<std::size_t>(sample));
  const std::string text = outcome.screen.text();
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, text);
  BOOST_TEST(has(outcome.output, " left"), outcome.output);  // there was a bar
  BOOST_TEST(!has(text, "["), text);                         // and there is none now
  BOOST_TEST(has(text, "4/4"), text);
  BOOST_TEST(has(text, "summary.json"), text);
  BOOST_TEST((!outcome.screen.has_wrapped() || sample == 40), text);                 // at 40, a path may
  BOOST_TEST(has(read_text(folder / "run/log.txt"), "epoch 4/4  train accuracy "));  // the file has all of it
}

BOOST_AUTO_TEST_CASE(epochs_are_rows_of_a_table_where_names_have_no_room) {
  const TemporaryDirectory folder;
  const std::string wide = in_terminal(small_run("wide"), folder.path(), 200).screen.text();
  BOOST_TEST(has(wide, "\nepoch 1/4  train accuracy "), wide);
  const std::string usual = in_terminal(small_run("usual"), folder.path(), 80).screen.text();
  BOOST_TEST(has(usual, "epoch    train   valid.     test    train   valid.     test samples/s    time\n  1/4 "),
             usual);
  const std::string narrow = in_terminal(small_run("narrow"), folder.path(), 40).screen.text();
  BOOST_TEST(has(narrow, "epoch    train   valid.     test    time\n  1/4 "), narrow);
}

BOOST_AUTO_TEST_CASE(a_plain_terminal_gets_plain_text) {
  const TemporaryDirectory folder;
  const auto dumb = in_terminal(small_run("dumb"), folder.path(), 80, {{"TERM", "dumb"}});
  BOOST_TEST(dumb.exit_code == 0);
  BOOST_TEST(!has(dumb.output, "\x1b"), dumb.output);
  const Words warned{"--task", "dms", "--dry-run", "--set", "train.momentum=0.9"};
  BOOST_TEST(has(in_terminal(warned, folder.path(), 80).output, "\x1b[33mwarning: \x1b[0m"));
  for (const Environment& plain : {Environment{{"NO_COLOR", "1"}}, Environment{{"TERM", "dumb"}}}) {
    BOOST_TEST(!has(in_terminal(warned, folder.path(), 80, plain).output, "\x1b"));
  }
  BOOST_TEST(
      has(in_terminal(warned, folder.path(), 80, {{"NO_COLOR", ""}}).output, "\x1b[33m"));  // as no-color.org says
}

BOOST_AUTO_TEST_CASE(a_pipe_gets_everything_unless_columns_says_otherwise) {
  const Runs runs;
  BOOST_TEST(has(run_engine({"report", "a", "b"}, runs.folder.path()).out, "| task | data | model | metric |"));
  const std::vector<std::string> launcher{"/usr/bin/env", "COLUMNS=60"};
  const Outcome narrow = Program({"report", "a", "b"}, runs.folder.path(), launcher).wait();
  BOOST_TEST(!has(narrow.out, "|"), narrow.out);
  for (const char* const format : {"--json", "--csv"}) {
    const Outcome here = Program({"report", "a", "b", format}, runs.folder.path(), launcher).wait();
    BOOST_TEST(here.out == run_engine({"report", "a", "b", format}, runs.folder.path()).out);
  }
}

BOOST_AUTO_TEST_CASE(tables_fit) {
  const Runs runs;
  const std::vector<Words> tables{{"report", "a", "b"},          {"report", "a"},    {"eval", "a"},
                                  {"analyse", "a", "b"},         {"analyse", "a"},   {"--help"},
                                  {"train", "--help"},           {"help", "encode"}, {"describe", "--task", "dms"},
                                  {"--task", "dms", "--dry-run"}};
  for (const Words& arguments : tables) {
    for (const std::size_t columns : {40, 80, 120}) {
      const auto outcome = in_terminal(arguments, runs.folder.path(), columns);
      BOOST_TEST(outcome.exit_code == 0, outcome.output);
      // Names and paths are not broken.
      const bool has_paths = columns == 40 && (arguments.front() == "describe" || arguments.front() == "eval");
      BOOST_TEST((!outcome.screen.has_wrapped() || has_paths), outcome.screen.text());
    }
  }
}

BOOST_AUTO_TEST_CASE(learning_curves_are_drawn) {
  const Runs runs;
  const auto drawn = in_terminal({"report", "a", "b", "--plot"}, runs.folder.path(), 60);
  const std::string text = drawn.screen.text();
  BOOST_TEST(drawn.exit_code == 0);
  BOOST_TEST(!drawn.screen.has_wrapped(), text);
  BOOST_TEST(text.starts_with("a\n\naccuracy: train validation test\n"), text);
  BOOST_TEST(has(text, "\nb\n\naccuracy: "), text);
  BOOST_TEST(has(text, "step 6"), text);
  BOOST_TEST(has(text, "\xE2\xA0\x80") == false);  // no empty cells of braille
  BOOST_TEST(has(text, "\xE2\xA1"), text);         // but others
  BOOST_TEST(has(drawn.output, "\x1b[34mtrain\x1b[0m"));
  const auto plain =
      in_terminal({"report", "a", "--plot"}, runs.folder.path(), 60, {{"LC_ALL", "C"}, {"NO_COLOR", "1"}});
  BOOST_TEST(has(plain.output, "accuracy: . train o validation + test"), plain.output);
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  BOOST_TEST(std::ranges::all_of(plain.output, is_ascii), plain.output);
  BOOST_TEST(run_engine({"report", "a", "--plot", "--json"}, runs.folder.path()).exit_code == 2);
  BOOST_TEST(run_engine({"report", "none", "--plot"}, runs.folder.path()).exit_code == 1);
}

BOOST_AUTO_TEST_CASE(a_dry_run_of_a_sweep_says_first_what_matters) {
  const TemporaryDirectory folder;
  write_text(folder / "sweep.toml",
             "base = \"dms\"\n[set]\nmodel.hidden = [4]\ntrain.iterations = 4\ntrain.iterations_per_epoch = 4\n"
             "train.evaluation_samples = 8\n[axes]\n\"train.seed\" = { from = 0, count = 30 }\n");
  const auto outcome = in_terminal({"sweep", "sweep.toml", "--dry-run"}, folder.path(), 80);
  const auto lines = outcome.screen.lines();
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.output);
  BOOST_TEST(!outcome.screen.has_wrapped(), outcome.screen.text());
  BOOST_TEST(lines.at(0) == "30 models to train or to evaluate, 30 points to do");
  BOOST_TEST(lines.at(1).starts_with("about 0:"), lines.at(1));
  BOOST_TEST(has(lines.back(), "18 more"), lines.back());
  const std::string piped = run_engine({"sweep", "sweep.toml", "--dry-run"}, folder.path()).out;
  BOOST_TEST(std::ranges::count(piped, '\n') == 33, piped);
}

BOOST_DATA_TEST_CASE(a_sweep_fits_and_leaves_nothing_of_its_table, data::make({40, 80})) {
  const TemporaryDirectory folder;
  write_text(folder / "sweep.toml",
             "base = \"dms\"\n[set]\nmodel.hidden = [8]\ntrain.iterations = 12\ntrain.iterations_per_epoch = 4\n"
             "train.evaluation_samples = 16\n[axes]\n\"train.seed\" = [0, 1]\n\"model.neuron\" = [\"hom_lif\", "
             "\"hetsyn_lif\"]\n");
  const auto outcome =
      in_terminal({"sweep", "sweep.toml", "--out", "out"}, folder.path(), static_cast<std::size_t>(sample));
  const std::string text = outcome.screen.text();
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, text);
  BOOST_TEST(!outcome.screen.has_wrapped(), text);
  BOOST_TEST(has(outcome.output, "at work"), outcome.output);
  BOOST_TEST(!has(text, "at work"), text);
  BOOST_TEST(has(text, "[4/4] "), text);
}
