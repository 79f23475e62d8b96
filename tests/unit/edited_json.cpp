// Files of JSON that somebody has edited: every value of each is replaced by one of another type, or removed; what
// reads the file takes it, or says in a DataError which file it is.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <hetsyn/exceptions.hpp>
#include <vector>

#include "core/json_file.hpp"
#include "report/analysis/run_analysis.hpp"
#include "report/html/run_page.hpp"
#include "report/report.hpp"
#include "report/run_table.hpp"
#include "report/sweep_report.hpp"
#include "support/temporary_directory.hpp"

using namespace hetsyn;
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

const fs::path kFiles = fs::path(HETSYN_SOURCE_DIR) / "tests/fuzz/corpus/json_file";

/// The place of every value, objects and lists among them.
std::vector<Json::json_pointer> places(const Json& json) {
  std::vector<Json::json_pointer> all;
  const std::function<void(const Json&, const Json::json_pointer&)> add = [&](const Json& value, const auto& at) {
    all.push_back(at);
    if (value.is_object()) {
      for (const auto& [key, member] : value.items()) add(member, at / key);
    } else if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) add(value[i], at / i);
    }
  };
  add(json, Json::json_pointer());
  return all;
}

/// All texts that come of one edit.
std::vector<std::string> edited(const std::string& text) {
  const Json whole = Json::parse(text);
  std::vector<std::string> texts{"", "null", text.substr(0, text.size() / 2), std::string(100000, '['), "\xFF\xFE"};
  const std::vector<Json> values{nullptr,
                                 true,
                                 "x",
                                 "\xC3\xA9",
                                 -1,
                                 1.5,
                                 1e300,
                                 18446744073709551615U,
                                 Json::array(),
                                 Json::object(),
                                 Json::array({Json::array({1})})};
  for (const Json::json_pointer& place : places(whole)) {
    for (const Json& value : values) {
      Json copy = whole;
      copy[place] = value;
      texts.push_back(copy.dump(1) + "\n");
    }
    Json marked = whole;
    marked[place] = "MARK";
    std::string not_a_number = marked.dump(1) + "\n";
    texts.push_back(not_a_number.replace(not_a_number.find("\"MARK\""), 6, "NaN"));
    if (place.empty() || !whole[place.parent_pointer()].is_object()) continue;
    Json lacking = whole;
    lacking[place.parent_pointer()].erase(place.back());
    texts.push_back(lacking.dump(1) + "\n");
  }
  return texts;
}

/// Calls `read` with each edit of `file`; returns how often it was refused.
template <class Read>
std::size_t attack(const fs::path& file, const Read& read) {
  std::size_t refused = 0;
  const std::string whole = test::read_text(file);
  for (const std::string& text : edited(whole)) {
    test::write_text(file, text);
    try {
      read();
    } catch (const DataError& error) {
      ++refused;
      BOOST_TEST(std::string(error.what()).starts_with(file.string() + ":"), error.what());
    }
  }
  test::write_text(file, whole);
  read();  // the whole file is taken
  return refused;
}

struct Sweep {
  Sweep() {
    fs::create_directories(folder / "points");
    fs::copy_file(kFiles / "plan", folder / "plan.json");
    fs::copy_file(kFiles / "point", point());
  }
  [[nodiscard]] fs::path point() const {
    const std::string hash = Json::parse(test::read_text(kFiles / "point")).at("hash");
    return folder / ("points/" + hash + ".json");
  }
  test::TemporaryDirectory folder;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(edited_json)

BOOST_AUTO_TEST_CASE(a_summary) {
  const test::TemporaryDirectory run;
  test::write_text(run / "config.toml", "[task]\nname = \"dms\"\n");
  fs::copy_file(kFiles / "summary", run / "summary.json");
  const std::vector<fs::path> runs{run.path()};
  BOOST_TEST(attack(run / "summary.json", [&] { report_json(read_runs(runs)); }) > 300u);
  BOOST_TEST(attack(run / "summary.json", [&] { group_runs(runs); }) > 50u);
  const std::atomic<bool> never{false};
  BOOST_TEST(attack(run / "summary.json", [&] { run_page({.run = run.path()}, never); }) > 100u);
}

BOOST_AUTO_TEST_CASE(a_plan) {
  const Sweep sweep;
  BOOST_TEST(attack(sweep.folder / "plan.json", [&] { sweep_json(read_sweep(sweep.folder.path())); }) > 100u);
}

BOOST_AUTO_TEST_CASE(a_point) {
  const Sweep sweep;
  BOOST_TEST(attack(sweep.point(), [&] { sweep_text(read_sweep(sweep.folder.path())); }) > 100u);
}

BOOST_AUTO_TEST_SUITE_END()
