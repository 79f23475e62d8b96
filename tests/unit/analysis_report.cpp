#include <boost/test/unit_test.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "report/analysis/run_analysis.hpp"

using namespace hetsyn;

namespace {

/// A run whose decays end with a median τ.
RunAnalysis run_with(const std::string& name, double median_ms) {
  DecaySnapshot last{4, 24, {}, 0.5};
  last.tau.median_ms = median_ms;
  last.tau.mean_ms = std::numeric_limits<double>::quiet_NaN();
  RunAnalysis run{name, 4, 24, {}, std::nullopt};
  run.decays.push_back({"hidden1.r", {last}, std::nullopt});
  return run;
}

AnalysisGroup group(const std::string& model, std::vector<std::size_t> runs) {
  AnalysisGroup out;
  out.model = model;
  out.data_label = "words";
  out.runs = std::move(runs);
  return out;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(analysis_report)

BOOST_AUTO_TEST_CASE(each_group_has_means_of_its_own) {
  const std::vector<RunAnalysis> runs{run_with("a", 10.0), run_with("b", 100.0), run_with("c", 30.0),
                                      run_with("d", 300.0)};
  const std::vector<AnalysisGroup> groups{group("het_lif", {0, 2}), group("hom_lif", {1, 3})};
  const std::string text = analysis_text(runs, groups, {});
  // 10 and 30: mean 20, s.d. √200 = 14.1; 100 and 300: ten times as much.
  BOOST_TEST(has(text, "\nOver 2 runs of het_lif on words, at the end (mean ± s.d.):\n"), text);
  BOOST_TEST(has(text, "| hidden1.r | 20 ± 14 |"), text);
  BOOST_TEST(has(text, "| hidden1.r | 200 ± 1.4e+02 |"), text);
  BOOST_TEST(has(text, "up to the checkpoint `best`"), text);
  BOOST_TEST(has(text, "| a | hidden1.r | 4 | 24 |"), text);
  const auto json = nlohmann::json::parse(analysis_json(runs, groups, {}));
  BOOST_TEST_REQUIRE(json["groups"].size() == 2u);
  BOOST_TEST(json["groups"][1]["runs"] == nlohmann::json({"b", "d"}));
  BOOST_TEST(json["groups"][1]["decays"]["hidden1.r"]["median_ms"]["mean"] == 200.0);
  BOOST_TEST(json["checkpoint"] == "best");
  BOOST_TEST(json["runs"][0]["epoch"] == 4);
  BOOST_TEST(json["runs"][0]["step"] == 24);
}

BOOST_AUTO_TEST_CASE(infinite_and_undefined_times_are_written_as_such) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<RunAnalysis> runs{run_with("a", 10.0), run_with("b", kInfinity)};
  const std::string text = analysis_text(runs, std::vector{group("het_lif", {0, 1})}, {});
  BOOST_TEST(has(text, "| b | hidden1.r | 4 | 24 | 0 | ∞ | – |"), text);
  BOOST_TEST(has(text, "| hidden1.r | ∞ | – |"), text);
  BOOST_TEST(!has(text, "inf"), text);
  BOOST_TEST(!has(text, "nan"), text);
}

BOOST_AUTO_TEST_SUITE_END()
