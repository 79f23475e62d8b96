#include "report/sweep_report.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <hetsyn/exceptions.hpp>
#include <nlohmann/json.hpp>

#include "unit/sweep_directory.hpp"

using namespace hetsyn;
using Json = nlohmann::json;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sweep_report, test::SweepDirectory)

BOOST_AUTO_TEST_CASE(draws_of_damage_are_averaged_before_training_seeds) {
  add("hom_lif", 0, 0.5, 0, 0.25);
  add("hom_lif", 0, 0.5, 1, 0.75);
  add("hom_lif", 1, 0.5, 0, 0.75);
  add("hom_lif", 1, 0.5, 1, 1.0);
  const SweepTable table = read();
  BOOST_TEST_REQUIRE(table.conditions.size() == 1u);
  BOOST_TEST(table.conditions.front().values("accuracy") == (std::vector<double>{0.5, 0.875}),
             boost::test_tools::per_element());
  // Mean 0.6875, s.d. 0.375/√2; t of one degree of freedom 12.706: half width 12.706 · 0.375/2, cut off at 0 and 1.
  BOOST_TEST(has(sweep_text(table), "| hom_lif | 0.5 | accuracy | 2 | 0.688 ± 0.265 [0.000, 1.000] | 12 | 2.5 |"),
             sweep_text(table));
}

BOOST_AUTO_TEST_CASE(points_on_other_data_are_never_averaged_nor_compared) {
  const Json words{{"name", "words"}, {"standin", false}, {"digest", "a"}};
  const Json standin{{"name", "made-up words"}, {"standin", true}, {"digest", "b"}};
  add("hom_lif", 0, 0.5, 0, 0.25, words);
  add("hom_lif", 1, 0.5, 0, 0.75, standin);
  add("het_lif", 1, 0.5, 0, 0.5, words);
  plan("hom_lif", 2, 0.5, 0);
  const SweepTable table = read();
  BOOST_TEST(table.conditions.size() == 3u);
  BOOST_TEST(table.finished == 3u);
  const std::string text = sweep_text(table), csv = sweep_csv(table);
  BOOST_TEST(has(text, "; data: made-up words (stand-in); words.\n"), text);
  BOOST_TEST(has(text, "| made-up words (stand-in) | hom_lif | 0.5 | accuracy | 1 | 0.75 |"), text);
  BOOST_TEST(has(text, "| words | hom_lif | 0.5 | accuracy | 1 | 0.25 |"), text);
  BOOST_TEST(has(csv, "condition,made-up words (stand-in),hom_lif,0.5,accuracy,1,0.75,,,"), csv);
  const std::vector<SweepComparison> pairs = compare_models(table);
  BOOST_TEST_REQUIRE(pairs.size() == 1u);
  BOOST_TEST(pairs.front().seeds.empty());  // the two models on `words` share none
}

BOOST_AUTO_TEST_CASE(models_are_compared_under_equal_conditions_and_seeds) {
  for (const double deletion : {0.0, 0.5}) {
    add("hetsyn_lif", 0, deletion, 0, 0.9 - deletion);
    add("hetsyn_lif", 1, deletion, 0, 0.8 - deletion);
    add("hom_lif", 1, deletion, 0, 0.5 - deletion);
    add("hom_lif", 2, deletion, 0, 0.0);
  }
  const SweepTable table = read();
  const std::vector<SweepComparison> comparisons = compare_models(table);
  BOOST_TEST_REQUIRE(comparisons.size() == 2u);
  for (const SweepComparison& pair : comparisons) {
    BOOST_TEST(pair.first->settings.at("perturb.deletion") == pair.second->settings.at("perturb.deletion"));
    BOOST_TEST(pair.seeds == std::vector<std::uint64_t>{1}, boost::test_tools::per_element());
    BOOST_TEST(pair.differences.front() == 0.3, boost::test_tools::tolerance(1e-12));  // rounding of a difference
  }
  BOOST_TEST(has(sweep_csv(table), "\ncondition,words,hetsyn_lif,0.5,loss,2,"), sweep_csv(table));
  BOOST_TEST(has(sweep_text(table),
                 "| model.neuron = \"hetsyn_lif\" | model.neuron = \"hom_lif\" | perturb.deletion = 0.5 | 1 | 0.3"),
             sweep_text(table));
}

BOOST_AUTO_TEST_CASE(values_with_a_bar_stay_in_their_cell) {
  add("hom|lif", 0, 0.5, 0, 0.25);
  BOOST_TEST(has(sweep_text(read()), "| hom\\|lif | 0.5 | accuracy | 1 | 0.25 | 12 | 2.0 |"), sweep_text(read()));
}

BOOST_AUTO_TEST_CASE(points_without_a_result_are_named) {
  add("hom_lif", 0, 0.0, 0, 0.5);
  const std::string failed = plan("hom_lif", 1, 0.0, 0), missing = plan("hom_lif", 2, 0.0, 0);
  test::write_text(folder / "failed" / "hom_lif1.json", R"({"reason": "the loss is not finite"})");  // its model
  test::write_text(folder / "points" / "other.json", "{}");
  const SweepTable table = read();
  BOOST_TEST(table.points == 3u);
  BOOST_TEST(table.finished == 1u);
  BOOST_TEST(table.obsolete == 1u);
  const std::string text = sweep_text(table);
  BOOST_TEST(has(text, "1 of 3 points have a result"), text);
  BOOST_TEST(has(text, "train.seed = 1: failed: the loss is not finite\n"), text);
  BOOST_TEST(has(text, "train.seed = 2: missing\n"), text);
  BOOST_TEST(has(text, "1 files in points/ are of points that the sweep does not have now"), text);
  const Json json = Json::parse(sweep_json(table));
  BOOST_TEST(json.at("not_counted").size() == 2u);
  BOOST_TEST(json.at("conditions").at(0).at("metrics").at("accuracy").at("n") == 1);
  BOOST_TEST(json.at("conditions").at(0).at("metrics").at("accuracy").at("sd").is_null());
}

BOOST_AUTO_TEST_CASE(broken_files_are_errors) {
  add("hom_lif", 0, 0.0, 0, 0.5);
  BOOST_TEST(read().finished == 1u);
  for (const char* content : {"[\n}\n", "{\n  \"neuron\": \"hom_lif\"\n}\n"}) {
    test::write_text(folder / "points" / "0.json", content);
    BOOST_CHECK_THROW(read(), DataError);
    const SweepTable table = read_sweep(folder.path(), Unreadable::skip);
    BOOST_TEST(table.finished == 0u);
    BOOST_TEST(table.obsolete == 0u);
    BOOST_TEST_REQUIRE(table.uncounted.size() == 1u);
    BOOST_TEST(table.uncounted.front().reason.starts_with("cannot be read: "), table.uncounted.front().reason);
  }
}

BOOST_AUTO_TEST_CASE(a_torn_point_has_no_result) {
  add("hom_lif", 0, 0.0, 0, 0.5);
  const auto file = folder / "points" / "0.json";
  const std::string whole = test::read_text(file);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    test::write_text(file, whole.substr(0, size));
    const SweepTable table = read();
    BOOST_TEST_REQUIRE(table.uncounted.size() == 1u);
    BOOST_TEST(table.uncounted.front().reason.starts_with("torn: "));
    BOOST_TEST((table.finished == 0u && table.obsolete == 0u));
  }
}

BOOST_AUTO_TEST_SUITE_END()
