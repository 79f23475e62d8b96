#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "report/html/comparison_page.hpp"
#include "report/html/outcome.hpp"
#include "report/html/page_json.hpp"
#include "report/html/sweep_page.hpp"
#include "unit/run_directories.hpp"
#include "unit/sweep_directory.hpp"

using namespace hetsyn;
using Json = nlohmann::json;

namespace {

const std::string kHostile = R"~(</script><img src=x onerror="alert(1)"> "%{x}" 'ü')~";

const Section* section(const Page& page, const std::string& title) {
  const auto at = std::ranges::find(page.sections, title, &Section::title);
  return at == page.sections.end() ? nullptr : &*at;
}

const Figure& figure(const Page& page, const std::string& title, std::size_t place = 0) {
  const Section* const found = section(page, title);
  BOOST_TEST_REQUIRE((found != nullptr && found->figures.size() > place), "no figure in " << title);
  return found->figures[place];
}

const std::vector<Series>& series(const Figure& figure) { return figure.panels.front().series; }

std::vector<std::string> names(const Figure& figure) {
  std::vector<std::string> out;
  for (const Series& each : series(figure)) {
    if (std::ranges::find(out, each.name) == out.end()) out.push_back(each.name);
  }
  return out;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

bool says(const Page& page, const std::string& part) {
  return std::ranges::any_of(page.notices, [&](const std::string& notice) { return has(notice, part); });
}

const Table& table(const Page& page, const std::string& title, std::size_t place = 0) {
  const Section* const found = section(page, title);
  BOOST_TEST_REQUIRE((found != nullptr && found->tables.size() > place), "no table in " << title);
  return found->tables[place];
}

/// Names are unique and of letters, digits, '-' and '_'.
void check_figure_names(const Page& page) {
  std::set<std::string> seen;
  for (const Section& each : page.sections) {
    for (const Figure& one : each.figures) {
      BOOST_TEST(seen.insert(one.name).second, one.name);
      BOOST_TEST(one.name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
                     std::string::npos,
                 one.name);
    }
  }
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sweep_pages, test::SweepDirectory)

BOOST_AUTO_TEST_CASE(models_are_drawn_over_a_numeric_axis_with_every_seed) {
  for (const double deletion : {0.5, 0.0}) {
    for (const int seed : {0, 1}) {
      add("hom_lif", seed, deletion, 0, 0.75 - deletion + 0.125 * seed);
      add("hetsyn_lif", seed, deletion, 0, 0.875 - deletion);
    }
  }
  const Page page = sweep_page(read());
  check_figure_names(page);
  const Figure& over = figure(page, "Over perturb.deletion");
  BOOST_TEST(over.title == "accuracy over perturb.deletion");  // the metric that selects is the first
  BOOST_TEST(section(page, "Over perturb.deletion")->figures.size() == 2u);
  BOOST_TEST(names(over) == (std::vector<std::string>{"hom_lif", "hetsyn_lif"}), boost::test_tools::per_element());
  const Series& mean = series(over)[0];
  const Series& single = series(over)[1];
  BOOST_TEST((mean.mark == Mark::line && single.mark == Mark::points));
  BOOST_TEST(mean.x == (std::vector<double>{0.0, 0.5}), boost::test_tools::per_element());
  BOOST_TEST(mean.y == (std::vector<double>{0.8125, 0.3125}), boost::test_tools::per_element());
  // Half width: 12.706 (t of one degree of freedom) · 0.0884/√2 = 0.794, cut off at 0 and 1.
  BOOST_TEST(mean.low[0] == 0.8125 - 12.7062 * 0.0625, boost::test_tools::tolerance(1e-3));  // digits of t
  BOOST_TEST(mean.high[0] == 1.0);
  BOOST_TEST(single.y == (std::vector<double>{0.75, 0.875, 0.25, 0.375}), boost::test_tools::per_element());
  BOOST_TEST(single.notes[1] == "seed 1, models/hom_lif1");
  const Figure& models = figure(page, "Over model.neuron");
  BOOST_TEST(models.x.categories == (std::vector<std::string>{"hom_lif", "hetsyn_lif"}),
             boost::test_tools::per_element());
  BOOST_TEST((series(models)[0].mark == Mark::bars));
  BOOST_TEST(names(models) == (std::vector<std::string>{"deletion = 0.5", "deletion = 0"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(wide_intervals_do_not_hide_the_values) {
  const Series mean{.name = "a", .x = {0, 1}, .y = {0.5, 0.6}, .low = {-9, 0.5}, .high = {0.65, 0.7}};
  const auto range = readable_range(std::vector<Series>{mean});
  BOOST_TEST_REQUIRE(range.has_value());
  BOOST_TEST(range->first == 0.4, boost::test_tools::tolerance(1e-12));  // rounding
  BOOST_TEST(range->second == 0.7);
  const Series narrow{.name = "a", .x = {0, 1}, .y = {0.5, 0.6}, .low = {0.45, 0.5}, .high = {0.65, 0.7}};
  BOOST_TEST(!readable_range(std::vector<Series>{narrow}).has_value());
  BOOST_TEST(!readable_range({}).has_value());
}

BOOST_AUTO_TEST_CASE(differences_of_models_are_paired_by_seed) {
  for (const double deletion : {0.0, 0.5}) {
    add("hetsyn_lif", 0, deletion, 0, 0.75 - deletion);
    add("hetsyn_lif", 1, deletion, 0, 0.875 - deletion);
    add("hom_lif", 1, deletion, 0, 0.625 - deletion);
    add("hom_lif", 2, deletion, 0, 0.0);
  }
  const Page page = sweep_page(read());
  const Figure& over = figure(page, "Paired differences");
  BOOST_TEST(over.title == "accuracy, difference by model.neuron over perturb.deletion");
  BOOST_TEST(has(over.caption, "All with pair = hetsyn_lif − hom_lif."), over.caption);
  BOOST_TEST(series(over)[0].y == (std::vector<double>{0.25, 0.25}), boost::test_tools::per_element());
  BOOST_TEST(series(over)[0].notes[0] == "seed 1");
  BOOST_TEST(series(over).back().name == "no difference");
  BOOST_TEST(table(page, "All conditions", 1).rows.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_sweep_without_results_says_so) {
  plan("hom_lif", 0, 0.0, 0);
  plan("hom_lif", 1, 0.0, 0);
  test::write_text(folder / "failed" / "hom_lif1.json", R"({"reason": "the loss is not finite"})");
  const Page page = sweep_page(read());
  BOOST_TEST(says(page, "No point of this sweep has a result yet."));
  for (const Section& each : page.sections) BOOST_TEST(each.figures.empty(), each.title);
  const Table& uncounted = table(page, "Without a result");
  BOOST_TEST(uncounted.rows.at(0).at(2) == "missing");
  BOOST_TEST(uncounted.rows.at(1).at(2) == "failed: the loss is not finite");
}

BOOST_AUTO_TEST_CASE(one_point_is_shown_and_has_no_interval) {
  add("hom_lif", 3, 0.0, 0, 0.5);
  plan("hom_lif", 4, 0.0, 0);
  const Page page = sweep_page(read());
  BOOST_TEST(says(page, "1 of 2 points have no result"));
  BOOST_TEST(says(page, "one seed"));
  const Figure& only = figure(page, "Results");
  BOOST_TEST_REQUIRE(series(only).size() == 1u);
  BOOST_TEST(series(only)[0].y.front() == 0.5);
  BOOST_TEST(series(only)[0].low.empty());
  BOOST_TEST(series(only)[0].notes.front() == "seed 3, models/hom_lif3");
  BOOST_TEST(has(only.caption, "no interval"), only.caption);
}

BOOST_AUTO_TEST_CASE(results_on_other_data_are_series_of_their_own) {
  for (const double deletion : {0.0, 0.5}) {
    add("hom_lif", 0, deletion, 0, 0.25, {{"name", "words"}, {"standin", false}, {"digest", "a"}});
    add("hom_lif", 1, deletion, 0, 0.75, {{"name", "made-up words"}, {"standin", true}, {"digest", "b"}});
  }
  const Page page = sweep_page(read());
  BOOST_TEST(says(page, "stand-in"));
  BOOST_TEST(says(page, "different data"));
  BOOST_TEST(
      names(figure(page, "Over perturb.deletion")) == (std::vector<std::string>{"words", "made-up words (stand-in)"}),
      boost::test_tools::per_element());
  BOOST_TEST(section(page, "Paired differences")->figures.empty());
}

BOOST_AUTO_TEST_CASE(names_are_texts_whatever_they_are) {
  for (const int seed : {0, 1}) {
    add(kHostile, seed, 0.0, 0, 0.5);
    add(std::string(10000, 'x'), seed, 0.0, 0, 0.5);
  }
  const Page page = sweep_page(read());
  check_figure_names(page);
  BOOST_TEST(figure(page, "Over model.neuron").x.categories.size() == 2u);
  BOOST_TEST(has(Json::parse(page_json(page)).dump(), "onerror"));  // as it is, in a string
}

BOOST_AUTO_TEST_CASE(learning_curves_are_those_of_models_that_differ_only_in_seed) {
  std::filesystem::create_directories(folder / "models" / "hom_lif0");
  std::filesystem::create_directories(folder / "models" / "hom_lif1");
  for (const int seed : {0, 1}) {
    for (const double deletion : {0.0, 0.5}) add("hom_lif", seed, deletion, 0, 0.5);
    add("het_lif", seed, 0.0, 0, 0.5);
  }
  const std::string line = R"({"epoch":1,"step":5,"learning_rate":1,"train":{"accuracy":0.25}})";
  const std::string next =
      R"({"epoch":2,"step":9,"learning_rate":1,"train":{"accuracy":0.75},"test":{"accuracy":0.5}})";
  test::write_text(folder / "models" / "hom_lif0" / "metrics.jsonl", line + "\n" + next + "\n");
  test::write_text(folder / "models" / "hom_lif1" / "metrics.jsonl",
                   next + "\n{\"epoch\"");  // a line that is not complete
  const Page page = sweep_page(read());
  const Figure& curves = figure(page, "Learning curves");
  BOOST_TEST_REQUIRE(curves.panels.size() == 2u);
  BOOST_TEST(curves.panels[0].title == "train");
  const Series& mean = curves.panels[0].series[0];
  BOOST_TEST(mean.name == "hom_lif");
  BOOST_TEST(mean.x == (std::vector<double>{5, 9}), boost::test_tools::per_element());
  BOOST_TEST(mean.y == (std::vector<double>{0.25, 0.75}), boost::test_tools::per_element());
  BOOST_TEST(std::isnan(mean.low[0]));  // of one run
  BOOST_TEST(mean.low[1] == 0.75);
  const Series& single = curves.panels[0].series[1];
  BOOST_TEST(single.name == "hom_lif, single runs");
  BOOST_TEST(!single.shown);
  BOOST_TEST(single.x.size() == 5u);  // three points, and a gap after each run
}

BOOST_AUTO_TEST_CASE(a_thousand_points_are_all_there) {
  for (int seed = 0; seed < 50; ++seed) {
    for (int deletion = 0; deletion < 10; ++deletion) {
      add("hom_lif", seed, 0.1 * deletion, 0, 0.01 * seed);
      add("het_lif", seed, 0.1 * deletion, 0, 0.01 * seed);
    }
  }
  const Page page = sweep_page(read());
  std::size_t drawn = 0;
  for (const Series& each : series(figure(page, "Over perturb.deletion")))
    drawn += each.mark == Mark::points ? each.x.size() : 0;
  BOOST_TEST(drawn == 1000u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(comparison_pages, test::RunDirectories)

BOOST_AUTO_TEST_CASE(runs_are_drawn_over_what_differs) {
  std::vector<std::filesystem::path> runs;
  for (const int hidden : {8, 32}) {
    for (const int seed : {0, 1}) {
      for (const char* const model : {"het_lif", "hetsyn_lif"}) {
        runs.push_back(add(std::to_string(runs.size()), model, seed, 0.5 + 0.125 * seed, "finished",
                           "hidden = [" + std::to_string(hidden) + "]"));
      }
    }
  }
  runs.push_back(add("stopped", "het_lif", 9, 0.5, "interrupted"));
  const Page page = comparison_page(read_runs(runs));
  check_figure_names(page);
  const Figure& over = figure(page, "Over model.hidden");
  BOOST_TEST(over.title == "accuracy (test, last epoch) over model.hidden");
  BOOST_TEST(names(over) == (std::vector<std::string>{"het_lif", "hetsyn_lif"}), boost::test_tools::per_element());
  BOOST_TEST(series(over)[0].x == (std::vector<double>{8, 32}), boost::test_tools::per_element());
  BOOST_TEST(has(series(over)[1].notes[0], "seed 0, "), series(over)[1].notes[0]);
  BOOST_TEST(section(page, "Over model.neuron") != nullptr);
  BOOST_TEST(!section(page, "Paired differences")->figures.empty());
  BOOST_TEST(table(page, "All runs").rows.size() == 4u);
  BOOST_TEST(table(page, "Not counted").rows.at(0).at(1) == "interrupted");
}

BOOST_AUTO_TEST_CASE(runs_of_which_none_has_finished_have_a_page) {
  const std::vector<std::filesystem::path> runs{add("a", "het_lif", 0, 0.5, "running"),
                                                add("b", "het_lif", 1, 0.5, "failed")};
  const Page page = comparison_page(read_runs(runs));
  BOOST_TEST(says(page, "None of these runs has finished"));
  BOOST_TEST(table(page, "Not counted").rows.size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
