#include "report/report.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <hetsyn/exceptions.hpp>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/markdown.hpp"
#include "report/metric_range.hpp"
#include "report/statistics.hpp"
#include "unit/run_directories.hpp"

using namespace hetsyn;
using Json = nlohmann::json;
using Paths = std::vector<std::filesystem::path>;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(report, test::RunDirectories)

BOOST_AUTO_TEST_CASE(spread_by_hand) {
  // Mean 0.8, s.d. √((0² + 0.1² + 0.1²)/2) = 0.1; t of two degrees of freedom at 97.5 % is 4.302653 (any table).
  const Spread spread = spread_of(std::vector<double>{0.8, 0.9, 0.7});
  BOOST_TEST(spread.n == 3u);
  BOOST_TEST(spread.mean == 0.8, boost::test_tools::tolerance(1e-12));  // rounding of a sum of three
  BOOST_TEST(spread.sd == 0.1, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(spread.half_width == 4.302653 * 0.1 / std::sqrt(3.0), boost::test_tools::tolerance(1e-6));  // digits of t
  const Spread one = spread_of(std::vector<double>{0.5});
  BOOST_TEST(one.mean == 0.5);
  BOOST_TEST((std::isnan(one.sd) && std::isnan(one.half_width)));
  BOOST_TEST(std::isnan(spread_of({}).mean));
}

BOOST_AUTO_TEST_CASE(an_interval_ends_where_its_quantity_does) {
  const std::vector<double> high{0.9, 1.0, 0.98}, low{-0.9, 0.1}, percent{90.0, 100.0};
  BOOST_TEST(spread_of(high, range_of_metric("accuracy")).high95() == 1.0);
  BOOST_TEST(spread_of(high, range_of_metric("accuracy")).low95() == spread_of(high).low95());
  BOOST_TEST(spread_of(high, range_of_metric("word_accuracy")).high95() == 1.0);
  BOOST_TEST(spread_of(high, range_of_metric("distance")).high95() > 1.0);
  BOOST_TEST(spread_of(low, range_of_difference("accuracy")).low95() == -1.0);
  BOOST_TEST(spread_of(low, range_of_difference("accuracy")).high95() == 1.0);
  // What is called an accuracy and lies outside is none; nothing is said of it that is not so.
  BOOST_TEST(spread_of(percent, range_of_metric("accuracy")).high95() == spread_of(percent).high95());
  BOOST_TEST(std::isnan(spread_of(std::vector<double>{0.5}, range_of_metric("accuracy")).low95()));
}

BOOST_AUTO_TEST_CASE(what_stands_in_a_cell_cannot_end_it) {
  const std::string row = markdown_row(std::vector<std::string>{"a|b", "c\nd", ""});
  BOOST_TEST(row == "| a\\|b | c d |  |\n");
  BOOST_TEST(markdown_head(std::vector<std::string>{"x|y", "n"}, 1) == "| x\\|y | n |\n| --- | ---: |\n");
  const Paths runs{add("a", "het_lif", 0, 0.8, "finished", "[task]\nlabel = \"a|b\"\n"),
                   add("b", "het_lif", 0, 0.9, "finished", "[task]\nlabel = \"c\"\n")};
  const std::string text = report_text(read_runs(runs));
  BOOST_TEST(has(text, "| shd | words | het_lif (task.label = \"a\\|b\") | accuracy |"), text);
}

BOOST_AUTO_TEST_CASE(seeds_are_taken_together_and_configurations_apart) {
  const Paths runs{add("a0", "hetsyn_lif", 0, 0.8), add("b0", "hom_lif", 0, 0.5), add("a1", "hetsyn_lif", 1, 0.9),
                   add("a2", "hetsyn_lif", 2, 0.7)};
  const std::string table = report_text(read_runs(runs));
  BOOST_TEST(has(table,
                 "| shd | words | hetsyn_lif | accuracy | 12 | 3 | 3 | 1.000 ± 0.000 [1.000, 1.000] | 0.800 ± 0.100 "
                 "[0.552, 1.000] | – | 0.800 ± 0.100 [0.552, 1.000] | 2 |\n"),
             table);
  BOOST_TEST(has(table, "| shd | words | hom_lif | accuracy | 12 | 1 | 3 | 1 | 0.5 | – | 0.5 | 2 |\n"), table);
}

BOOST_AUTO_TEST_CASE(models_are_compared_over_the_seeds_they_share) {
  const Paths runs{add("a0", "hetsyn_lif", 0, 0.8), add("a1", "hetsyn_lif", 1, 0.9), add("a7", "hetsyn_lif", 7, 0.1),
                   add("b1", "hom_lif", 1, 0.6),    add("b0", "hom_lif", 0, 0.7),    add("b9", "hom_lif", 9, 0.9)};
  const RunTable table = read_runs(runs);
  const std::string text = report_text(table);
  // 0.1 and 0.3: mean 0.2, s.d. 0.1414; t of one degree of freedom 12.706: half width 12.706 · 0.1, cut off at ±1.
  BOOST_TEST(
      has(text, "| hetsyn_lif − hom_lif | 2 | 0.000 ± 0.000 [0.000, 0.000] | 0.200 ± 0.141 [-1.000, 1.000] | – |"),
      text);
  const Json json = Json::parse(report_json(table));
  const Json& pair = json.at("comparisons").at(0);
  BOOST_TEST(pair.at("seeds") == Json::array({0, 1}));
  BOOST_TEST(pair.at("differences").at("test_last").at("mean").get<double>() == 0.2,
             boost::test_tools::tolerance(1e-12));  // rounding of a difference
  BOOST_TEST(pair.at("differences").at("test_best_validation").at("mean").is_null());
  BOOST_TEST(json.at("groups").at(0).at("results").at("test_last").at("n") == 3);
}

BOOST_AUTO_TEST_CASE(groups_of_one_model_are_told_apart_by_what_differs) {
  const Paths runs{add("a", "het_lif", 0, 0.8, "finished", "dropout = 0.2\nthreshold = 1.0\n"),
                   add("b", "het_lif", 0, 0.9, "finished", "dropout = 0.4\nthreshold = 1.0\n")};
  const std::string text = report_text(read_runs(runs));
  BOOST_TEST(has(text, "| het_lif (model.dropout = 0.2) − het_lif (model.dropout = 0.4) | 1 | 0 | -0.1 |"), text);
}

BOOST_AUTO_TEST_CASE(runs_on_other_data_are_never_averaged_nor_compared) {
  const Json words{{"name", "words"}, {"standin", false}, {"digest", "a"}};
  const Json standin{{"name", "made-up words"}, {"standin", true}, {"digest", "b"}};
  const Json changed{{"name", "words"}, {"standin", false}, {"digest", "c"}};
  const Json renamed{{"name", "my words"}, {"standin", false}, {"digest", "a"}};
  Paths runs{add("a", "het_lif", 0, 0.8, "finished", "", words), add("b", "het_lif", 1, 0.2, "finished", "", standin),
             add("c", "het_lif", 2, 0.4, "finished", "", changed),
             add("d", "het_lif", 3, 0.6, "finished", "", renamed)};
  for (int order = 0; order < 2; ++order) {
    const RunTable table = read_runs(runs);
    const std::string text = report_text(table);
    BOOST_TEST(table.groups.size() == 3u);
    BOOST_TEST(has(text, "| made-up words (stand-in) | het_lif | accuracy | 12 | 1 |"), text);
    BOOST_TEST(has(text, "| words | het_lif | accuracy | 12 | 1 |"), text);
    BOOST_TEST(has(text, "| my words | het_lif | accuracy | 12 | 2 |"), text);
    BOOST_TEST(Json::parse(report_json(table)).at("comparisons").empty());
    std::reverse(runs.begin(), runs.end());
  }
}

BOOST_AUTO_TEST_CASE(what_follows_from_the_model_tells_nothing_apart) {
  const std::string hetsyn = "autapses = true\n", hom = "autapses = false\ntau_homogeneous_ms = 20\n";
  const Paths runs{add("a", "hetsyn_lif", 0, 0.8, "finished", hetsyn), add("b", "hom_lif", 0, 0.9, "finished", hom)};
  BOOST_TEST(has(report_text(read_runs(runs)), "| hetsyn_lif − hom_lif | 1 |"));
  const Paths others{add("c", "hetsyn_lif", 0, 0.8, "finished", hetsyn),
                     add("d", "hom_lif", 0, 0.9, "finished", "autapses = true\ntau_homogeneous_ms = 30\n")};
  const std::string text = report_text(read_runs(others));
  BOOST_TEST(has(text, "| hetsyn_lif − hom_lif (model.tau_homogeneous_ms = 30.0) | 1 |"), text);
}

BOOST_AUTO_TEST_CASE(csv_has_a_line_for_every_number_and_run) {
  const Paths runs{add("a", "hetsyn_lif", 0, 0.75), add("b", "hom_lif", 0, 0.5),
                   add("c", "hom_lif", 1, 0.1, "interrupted")};
  const std::string csv = report_csv(read_runs(runs));
  BOOST_TEST(csv.starts_with("kind,task,data,name,metric,quantity,n,mean,sd,low95,high95\n"));
  BOOST_TEST(has(csv, "\nruns,shd,words,hetsyn_lif,accuracy,test_last,1,0.75,,,\n"), csv);
  BOOST_TEST(has(csv, "\ndifference,shd,words,hetsyn_lif - hom_lif,accuracy,test_last,1,0.25,,,\n"), csv);
  BOOST_TEST(has(csv, "/c,,interrupted,0,,,,\n"), csv);
}

BOOST_AUTO_TEST_CASE(unfinished_runs_are_named) {
  const std::filesystem::path begun = add("c", "hetsyn_lif", 2, 0.1);
  std::filesystem::remove(begun / "summary.json");
  const Paths runs{add("a", "hetsyn_lif", 0, 0.8), add("b", "hetsyn_lif", 1, 0.1, "failed"), begun};
  const RunTable table = read_runs(runs);
  BOOST_TEST(table.groups.front().runs.size() == 1u);
  const std::string text = report_text(table);
  BOOST_TEST(has(text, "/b: failed\n"), text);
  BOOST_TEST(has(text, "/c: no summary\n"), text);
  BOOST_TEST(Json::parse(report_json(table)).at("not_counted").size() == 2u);
}

BOOST_AUTO_TEST_CASE(what_is_not_a_run_is_an_error) {
  BOOST_CHECK_THROW(read_runs(Paths{folder / "nothing"}), DataError);
  const auto twice = add("a", "hetsyn_lif", 0, 0.8);
  BOOST_CHECK_THROW(read_runs(Paths{twice, twice}), DataError);
  test::write_text(twice / "summary.json", "{}");
  BOOST_CHECK_THROW(read_runs(Paths{twice}), DataError);
  test::write_text(twice / "summary.json", "");
  BOOST_CHECK_THROW(read_runs(Paths{twice}), DataError);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_may_be_skipped_and_is_named) {
  const auto broken = add("b", "hom_lif", 0, 0.5);
  test::write_text(broken / "summary.json", "{\"status\": \"finished\"}");
  const auto good = add("a", "hetsyn_lif", 0, 0.8);
  const RunTable table = read_runs(Paths{folder / "nothing", broken, good, good}, Unreadable::skip);
  BOOST_TEST(table.unreadable == 3u);
  BOOST_TEST_REQUIRE(table.groups.size() == 1u);
  BOOST_TEST(table.groups.front().runs.size() == 1u);
  BOOST_TEST(table.groups.front().seconds().size() == 1u);
  const std::string text = report_text(table);
  BOOST_TEST(has(text, "/nothing: is not a run directory (it has no config.toml)\n"), text);
  BOOST_TEST(has(text, "/b: "), text);
  BOOST_TEST(has(text, "/a: a run of the same configuration and seed 0 is in the table already\n"), text);
}

BOOST_AUTO_TEST_SUITE_END()
