// engine eval --export: the activity of single samples in a file.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "base/files.hpp"
#include "base/hdf5_reader.hpp"
#include "cli/program.hpp"

using namespace hetsyn;
using namespace hetsyn::test;
using Json = nlohmann::json;
namespace data = boost::unit_test::data;

namespace {

/// A small run, trained once for all tests.
const std::filesystem::path& folder() {
  static const TemporaryDirectory temporary;
  static const bool trained = run_engine(small_run("run"), temporary.path()).exit_code == 0;
  BOOST_TEST_REQUIRE(trained);
  return temporary.path();
}

Hdf5Reader read(const std::string& name) { return {name, read_file(folder() / name)}; }

struct Refused {
  std::vector<std::string> arguments;
  std::string sentence;
};
std::ostream& operator<<(std::ostream& out, const Refused& refused) { return out << refused.sentence; }

const std::vector<Refused> kRefused{
    {{"--samples", "0-3"}, "--samples: chooses what --export writes; expected --export FILE beside it"},
    {{"--export", ""}, "--export: expected a file, not an empty text"},
    {{"--export", "new.h5", "--samples", "3-1"}, "--samples 3-1: expected numbers and ranges, as in 0,5,7-9"},
    {{"--export", "new.h5", "--samples", "0,,2"}, "--samples 0,,2: expected numbers and ranges"},
    {{"--export", "new.h5", "--samples", "-1"}, "--samples -1: expected numbers and ranges"},
    {{"--export", "new.h5", "--samples", ""}, "--samples : expected numbers and ranges"},
    {{"--export", "new.h5", "--samples", "0-99999999999"}, "expected at most 1000000 samples"},
    {{"--export", "new.h5", "--samples", "7-16"}, "sample 16: the test set has 16 samples; expected 0 to 15"},
    {{"--export", "run"}, "run: is a folder or a device; expected the file to write"},
    {{"--export", "run/config.toml/x.h5"}, "run/config.toml: is a file; expected a folder"},
    {{"--export", "run/config.toml", "--force"}, "run/config.toml: is not an HDF5 file, and --force replaces only"},
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_file_has_the_chosen_samples_and_the_report_names_it) {
  const Outcome outcome = run_engine(
      {"eval", "run", "--json", "--export", "sub/act.h5", "--samples", "5,1-2", "--set", "perturb.deletion=0.5"},
      folder());
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  const Json report = Json::parse(outcome.out);
  BOOST_TEST(report["samples"] == 16);  // of the evaluation, which is that of the whole set
  BOOST_TEST(report["export"]["file"] == "sub/act.h5");
  BOOST_TEST(report["export"]["samples"] == (std::vector<int>{1, 2, 5}));
  const Hdf5Reader file = read("sub/act.h5");
  BOOST_TEST(file.read_text_attribute("format") == "hetsyn activity");
  BOOST_TEST(file.read_text_attribute("damage") == "perturb.deletion = 0.5, perturb.seed = 0");
  BOOST_TEST(file.read<std::uint64_t>("sample") == (std::vector<std::uint64_t>{1, 2, 5}),
             boost::test_tools::per_element());
  BOOST_TEST(file.shape("recordings/5/populations/hidden1/potential").at(1) == 8U);
  BOOST_TEST(!std::filesystem::exists(folder() / "sub/act.h5.tmp"));
}

BOOST_AUTO_TEST_CASE(without_samples_the_first_ten_are_exported) {
  const Outcome outcome = run_engine({"eval", "run", "--export", "ten.h5"}, folder());
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  BOOST_TEST(outcome.out.find("Activity of 10 samples written to ten.h5") != std::string::npos, outcome.out);
  BOOST_TEST(read("ten.h5").shape("sample").at(0) == 10U);
}

BOOST_AUTO_TEST_CASE(an_existing_file_is_kept_unless_force_is_given) {
  BOOST_TEST(run_engine({"eval", "run", "--export", "twice.h5"}, folder()).exit_code == 0);
  const std::string before = read_text(folder() / "twice.h5");
  const Outcome refused = run_engine({"eval", "run", "--export", "twice.h5", "--samples", "0"}, folder());
  BOOST_TEST(refused.exit_code == 2);
  BOOST_TEST(refused.err.find("twice.h5: exists already; --force replaces it") != std::string::npos, refused.err);
  BOOST_TEST(read_text(folder() / "twice.h5") == before);
  BOOST_TEST(run_engine({"eval", "run", "--export", "twice.h5", "--force"}, folder()).exit_code == 0);
  BOOST_TEST(read_text(folder() / "twice.h5") == before);  // equal recordings are equal bytes
}

BOOST_DATA_TEST_CASE(what_cannot_be_exported_is_refused, data::make(kRefused), refused) {
  std::vector<std::string> arguments{"eval", "run"};
  arguments.insert(arguments.end(), refused.arguments.begin(), refused.arguments.end());
  const Outcome outcome = run_engine(arguments, folder());
  BOOST_TEST(outcome.exit_code == 2);
  BOOST_TEST(outcome.err.find(refused.sentence) != std::string::npos, outcome.err);
  BOOST_TEST(outcome.out.empty());
  BOOST_TEST(!std::filesystem::exists(folder() / "new.h5"));
}
