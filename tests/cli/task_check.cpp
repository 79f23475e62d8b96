// `engine check` and `engine sample`, as authors of tasks use them.
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "cli/program.hpp"
#include "core/columns.hpp"
#include "plugin/plugins/lies.h"

using namespace hetsyn::test;
using Json = nlohmann::json;

namespace {

std::vector<std::string> c_task(const std::string& verb, int lie) {
  return {verb,
          "--task",
          "c_task",
          "--plugin-path",
          std::string(HETSYN_TEST_PLUGINS) + "/hetsyn_task_c_task.so",
          "--set",
          "task.lie=" + std::to_string(lie)};
}

Outcome run(const std::vector<std::string>& arguments, const std::string& columns = "80",
            const std::string& locale = "C") {
  const TemporaryDirectory temporary;
  const std::vector<std::string> environment{"/usr/bin/env", "COLUMNS=" + columns, "LC_ALL=" + locale};
  return Program(arguments, temporary.path(), environment).wait();
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    widest = std::max(widest, hetsyn::columns_of(text.substr(at, end - at)));
    at = end + 1;
  }
  return widest;
}

bool is_ascii(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_check_tells_what_is_wrong_and_fails) {
  const Outcome good = run(c_task("check", LIE_NONE));
  BOOST_TEST(good.exit_code == 0, good.err);
  BOOST_TEST(good.out.find("nothing breaks the contract") != std::string::npos, good.out);
  const Outcome broken = run(c_task("check", LIE_INFO_OTHER_LABEL));
  BOOST_TEST(broken.exit_code == 1);
  BOOST_TEST(
      broken.out.find("broken   sample_info: split 'test', sample 0: sample_info() gives label 1") != std::string::npos,
      broken.out);
  BOOST_TEST(broken.out.find("1 finding that must be mended") != std::string::npos, broken.out);
}

BOOST_AUTO_TEST_CASE(a_check_fits_the_terminal) {
  for (const std::string columns : {"80", "40"}) {
    for (const std::string task : {"dms", "pattern_generation"}) {
      const Outcome outcome = run({"check", "--task", task, "--samples", "20"}, columns);
      BOOST_TEST(outcome.exit_code == 0, outcome.err);
      BOOST_TEST(widest_line(outcome.out) <= std::stoul(columns), outcome.out);
      BOOST_TEST(is_ascii(outcome.out), outcome.out);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_check_as_json_has_the_same_findings) {
  const Outcome outcome = run({"check", "--task", "dms", "--samples", "30", "--json"});
  BOOST_TEST(outcome.exit_code == 0, outcome.err);
  const Json json = Json::parse(outcome.out);
  BOOST_TEST(json["task"] == "dms");
  BOOST_TEST(json["broken"] == 0);
  BOOST_TEST(json["findings"][0]["check"] == "fill");
  BOOST_TEST(json["findings"][0]["verdict"] == "passed");
  const Json& train = json["splits"]["train"];
  BOOST_TEST(train["looked_at"] == 30);
  BOOST_TEST(train["labels"][0].get<int>() + train["labels"][1].get<int>() == 30);
  BOOST_TEST(train["channel_rates_hz"].size() == 30U);
}

BOOST_AUTO_TEST_CASE(a_sample_fits_the_terminal_in_its_encoding) {
  for (const std::string task : {"dms", "pattern_generation"}) {
    for (const std::string columns : {"80", "40"}) {
      const Outcome ascii = run({"sample", "--task", task}, columns);
      BOOST_TEST(ascii.exit_code == 0, ascii.err);
      BOOST_TEST(is_ascii(ascii.out), ascii.out);
      BOOST_TEST(widest_line(ascii.out) <= std::stoul(columns), ascii.out);
      const Outcome utf8 = run({"sample", "--task", task}, columns, "C.UTF-8");
      BOOST_TEST(!is_ascii(utf8.out), utf8.out);
      BOOST_TEST(widest_line(utf8.out) <= std::stoul(columns), utf8.out);
    }
  }
  const Outcome one = run({"sample", "--task", "dms"}, "1");
  BOOST_TEST(one.exit_code == 0, one.err);
}

BOOST_AUTO_TEST_CASE(a_sample_is_that_of_a_run_with_the_seed) {
  const auto sample = [](const std::vector<std::string>& more) {
    const Outcome outcome = run(with({"sample", "--task", "dms", "--split", "test", "--json"}, more));
    BOOST_REQUIRE_EQUAL(outcome.exit_code, 0);
    return Json::parse(outcome.out);
  };
  const Json first = sample({});
  BOOST_TEST(first["steps"] == 210);
  BOOST_TEST(first["duration_ms"] == 1050.0);
  BOOST_TEST(first["events"]["step"].size() == first["event_count"].get<std::size_t>());
  BOOST_TEST((first["class"] == "match" || first["class"] == "mismatch"));
  BOOST_TEST((first == sample({"--index", "0"})));
  BOOST_TEST((first != sample({"--index", "1"})));
  BOOST_TEST((first["events"] != sample({"--seed", "1"})["events"]));
  const Outcome target = run({"sample", "--task", "pattern_generation", "--json"});
  BOOST_TEST(Json::parse(target.out)["target"].size() == 2000U);
}

BOOST_AUTO_TEST_CASE(a_sample_that_is_not_there_is_refused) {
  const auto refused = [](const std::vector<std::string>& more, const std::string& message) {
    const Outcome outcome = run(with(c_task("sample", LIE_NONE), more));
    BOOST_TEST(outcome.exit_code == 2);
    BOOST_TEST(outcome.err.find(message) != std::string::npos, outcome.err);
  };
  refused({"--split", "validation"}, "task c_task has no such split; expected train, test");
  refused({"--split", "test", "--index", "16"}, "--index 16: expected an integer from 0 to 15");
  refused({"--index", "-1"}, "--index -1: expected an integer from 0");
  refused({"--json", "--html", "a.html"}, "exclude each other");
  const Outcome broken = run(c_task("sample", LIE_LABEL));
  BOOST_TEST(broken.exit_code == 1);
  BOOST_TEST(broken.err.find("split 'train', sample 0: label 2: expected 0 to 1") != std::string::npos, broken.err);
}

BOOST_AUTO_TEST_CASE(a_sample_is_written_as_a_page) {
  const TemporaryDirectory temporary;
  const Outcome outcome = run_engine({"sample", "--task", "pattern_generation", "--html", "a.html"}, temporary.path());
  if (outcome.err.find("Plotly") != std::string::npos) return;  // a build without it says so
  BOOST_TEST(outcome.exit_code == 0, outcome.err);
  BOOST_TEST(read_text(temporary / "a.html").find("<title>pattern_generation: sample 0</title>") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(damage_that_is_not_shown_is_mentioned) {
  const Outcome outcome = run({"sample", "--task", "dms", "--set", "perturb.deletion=0.5"});
  BOOST_TEST(outcome.exit_code == 0, outcome.err);
  BOOST_TEST(outcome.err.find("without [perturb] and [augment]") != std::string::npos, outcome.err);
}
