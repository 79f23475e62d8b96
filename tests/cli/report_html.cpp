// Pages of runs: their files, when they are written, and what is refused.
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "cli/program.hpp"

using namespace hetsyn::test;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// Whether a page loads itself again, as long as the run goes on.
bool reloads(const std::filesystem::path& page) { return has(read_text(page), "http-equiv=\"refresh\""); }

/// The page without what is the same in all pages.
std::string content(const std::filesystem::path& page) {
  const std::string text = read_text(page);
  const std::size_t begin = text.find("id=\"content\">"), end = text.find("</script>", begin);
  BOOST_TEST_REQUIRE(end != std::string::npos);
  return text.substr(begin, end - begin);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_page_of_a_run) {
  const TemporaryDirectory folder;
  BOOST_TEST_REQUIRE(run_engine(small_run("run"), folder.path()).exit_code == 0);
  const Outcome made = run_engine({"report", "run", "--html", "page.html"}, folder.path());
  BOOST_TEST_REQUIRE(made.exit_code == 0, made.err);
  BOOST_TEST(has(made.err, "report in page.html"));
  BOOST_TEST(made.out.empty());
  BOOST_TEST(has(read_text(folder / "page.html"), "<title>dms, hetsyn_lif, seed 0</title>"));
  BOOST_TEST(!reloads(folder / "page.html"));
  BOOST_TEST(content(folder / "page.html").size() < 500'000u);

  const std::string four = content(folder / "page.html");
  BOOST_TEST(run_engine({"report", "run", "--html", "page.html", "--samples", "0"}, folder.path()).exit_code == 0);
  BOOST_TEST(content(folder / "page.html").size() < four.size());

  // Without its task the run has a page that says so.
  const std::filesystem::path config = folder / "run" / "config.toml";
  const std::string text = read_text(config);
  write_text(config, "[task]\nname = \"unheard\"\n" + text.substr(text.find("[model]")));
  BOOST_TEST(run_engine({"report", "run", "--html", "page.html"}, folder.path()).exit_code == 0);
  BOOST_TEST(content(folder / "page.html").size() < four.size());
}

BOOST_AUTO_TEST_CASE(a_page_at_the_end_of_a_training) {
  const TemporaryDirectory folder;
  const std::filesystem::path page = folder / "run" / "report.html";
  const Outcome outcome = run_engine(with(small_run("run"), {"--report"}), folder.path());
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  BOOST_TEST(has(outcome.out, "report in run/report.html"), outcome.out);
  BOOST_TEST(has(read_text(page), "<title>dms"));
  BOOST_TEST(!reloads(page));
  // Replacing the run removes its page.
  BOOST_TEST(run_engine(with(small_run("run"), {"--force"}), folder.path()).exit_code == 0);
  BOOST_TEST(!std::filesystem::exists(page));
}

BOOST_AUTO_TEST_CASE(a_page_of_a_training_that_diverges) {
  const TemporaryDirectory folder;
  const Outcome outcome = run_engine(
      {"--task", "pattern_generation", "--out", "run", "--report", "--set", "model.hidden=[8]", "--set",
       "train.iterations=40", "--set", "train.iterations_per_epoch=2", "--set", "train.batch=1", "--set",
       "train.evaluation_samples=1", "--set", "train.optimizer=\"sgd\"", "--set", "train.learning_rate=1000"},
      folder.path());
  BOOST_TEST(outcome.exit_code == 1);
  BOOST_TEST(has(outcome.err, "training has diverged"), outcome.err);
  BOOST_TEST(has(read_text(folder / "run" / "summary.json"), "\"error\": \"a moment of the optimizer"));
  BOOST_TEST(has(read_text(folder / "run" / "report.html"), "<title>pattern_generation"));
}

BOOST_AUTO_TEST_CASE(a_watched_run) {
  const TemporaryDirectory folder;
  std::filesystem::create_directory(folder / "watcher");
  const std::filesystem::path page = folder / "watcher" / "page.html";
  Program training(
      with(small_run("run"), {"--set", "train.iterations=100000", "--set", "train.iterations_per_epoch=20"}),
      folder.path());
  BOOST_TEST_REQUIRE(wait_until([&] { return std::filesystem::exists(folder / "run" / "log.txt"); }));
  Program watcher({"report", "../run", "--html", "page.html", "--watch"}, folder / "watcher");
  BOOST_TEST(wait_until([&] { return std::filesystem::exists(page); }));
  BOOST_TEST(reloads(page));
  const std::string early = content(page);
  BOOST_TEST(wait_until([&] { return content(page) != early; }));
  training.send(SIGINT);
  BOOST_TEST(training.wait().exit_code == 130);
  const Outcome watched = watcher.wait();
  BOOST_TEST(watched.exit_code == 0, watched.err);
  BOOST_TEST(!reloads(page));
}

BOOST_AUTO_TEST_CASE(one_who_watches_may_stop) {
  const TemporaryDirectory folder;
  std::filesystem::create_directory(folder / "watcher");
  Program training(with(small_run("run"), {"--set", "train.iterations=100000"}), folder.path());
  BOOST_TEST_REQUIRE(wait_until([&] { return std::filesystem::exists(folder / "run" / "metrics.jsonl"); }));
  Program watcher({"report", "../run", "--html", "page.html", "--watch"}, folder / "watcher");
  BOOST_TEST(wait_until([&] { return std::filesystem::exists(folder / "watcher" / "page.html"); }));
  watcher.send(SIGINT);
  BOOST_TEST(watcher.wait().exit_code == 130);
  BOOST_TEST(!reloads(folder / "watcher" / "page.html"));
  training.send(SIGINT);
  BOOST_TEST(training.wait().exit_code == 130);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_a_page_is_refused) {
  const TemporaryDirectory folder;
  const auto refused = [&](const std::vector<std::string>& arguments, int exit_code, std::string_view text) {
    const Outcome outcome = run_engine(with({"report"}, arguments), folder.path());
    BOOST_TEST(outcome.exit_code == exit_code, outcome.err);
    BOOST_TEST(has(outcome.err, text), outcome.err);
  };
  refused({"none", "--html", "page.html"}, 2, "none: is not a run directory");
  refused({"none", "--html", "page.html", "--watch"}, 2, "none: is not a run directory");
  refused({"none", "--watch"}, 2, "--watch is for --html");
  refused({"none", "--samples", "1"}, 2, "--samples is for --html");
  refused({"none", "--html", "page.html", "--json"}, 2, "exclude each other");
  BOOST_TEST_REQUIRE(run_engine(small_run("run"), folder.path()).exit_code == 0);
  refused({"run", "--html", "page.html", "--samples", "16"}, 2, "16");
  refused({"run", "--html", "page.html", "--samples", "x"}, 2, "--samples x");
  refused({"run", "--html", "no/such/folder/page.html"}, 1, "no/such/folder");
  BOOST_TEST(!std::filesystem::exists(folder / "page.html"));
}
