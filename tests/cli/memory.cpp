// The memory plan of `engine --dry-run` against the resident memory of the run that it describes.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/program.hpp"
#include "plugin/idx_bytes.hpp"
#include "support/random_recordings.hpp"

using namespace hetsyn::test;
using Json = nlohmann::json;

namespace {

/// A plan is an estimate where a task or the C library allocates: the question to a plan is whether a run fits.
constexpr double kTolerance = 0.10;

const std::string kConfigs = HETSYN_SOURCE_DIR "/configs/";

boost::test_tools::assertion_result no_sanitizer(boost::unit_test::test_unit_id /*test*/) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  boost::test_tools::assertion_result result(false);
  result.message() << "sanitizers need memory, too";
  return result;
#else
  return true;
#endif
}

/// The small run where the program may have so much of the address space.
Outcome run_within(const std::filesystem::path& directory, int kilobytes, const std::vector<std::string>& more) {
  const std::string limit = "ulimit -v " + std::to_string(kilobytes) + "; exec \"$0\" \"$@\"";
  return Program(with(small_run("run"), more), directory, {"/bin/sh", "-c", limit}).wait();
}

void write_shd(const std::filesystem::path& directory, std::size_t samples) {
  std::filesystem::create_directory(directory);
  random_recordings(samples, 6200, 1).write(directory / "shd_train.h5");
  random_recordings(samples / 4, 6200, 2).write(directory / "shd_test.h5");
}

void write_images(const std::filesystem::path& directory, std::uint32_t count) {
  std::filesystem::create_directory(directory);
  std::vector<std::uint8_t> labels(count);
  for (std::size_t n = 0; n < labels.size(); ++n) labels[n] = static_cast<std::uint8_t>(n % 10);
  for (const std::string part : {"train", "t10k"}) {
    write_text(directory / (part + "-labels-idx1-ubyte"), label_bytes(labels));
    write_text(directory / (part + "-images-idx3-ubyte"),
               image_bytes(count, 28, 28, std::vector<std::uint8_t>(std::size_t{count} * 784, 99)));
  }
}

struct Case {
  std::string name;
  std::vector<std::string> arguments;
  double at_least_mb;  ///< so that the case tests what it is meant to
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

std::vector<std::string> shd(const std::string& data, const std::vector<std::string>& more) {
  return with({"--out", "run", "--task", "shd", "--config", kConfigs + "shd.toml", "--set", "task.path=" + data,
               "--set", "train.epochs=1", "--threads", "2"},
              more);
}

const std::vector<Case> kCases{
    {"samples that are drawn", with(small_run("run"), {"--set", "train.batch=64"}), 20},
    {"SHD's network", shd("small", {}), 60},
    {"shared decays", shd("small", {"--set", "model.neuron=het_lif"}), 60},
    {"one sample at a time", shd("small", {"--set", "train.batch=1", "--set", "train.evaluation_batch=1"}), 50},
    {"mostly samples", shd("large", {"--set", "model.hidden=[8]", "--set", "model.recurrent=false"}), 150},
    {"samples that are not kept", shd("large", {"--set", "model.hidden=[8]", "--set", "run.sample_cache_mb=20"}), 70},
    {"augmented samples", shd("large", {"--set", "model.hidden=[8]", "--set", "augment.shift_ms=10"}), 100},
    {"mostly parameters",
     shd("small", {"--set", "model.hidden=[900]", "--set", "train.batch=64", "--set", "model.recurrent=false"}), 150},
    {"mostly tape, analog input",
     {"--out", "run", "--task", "smnist", "--config", kConfigs + "smnist.toml", "--set", "task.path=images", "--set",
      "train.epochs=1", "--threads", "2"},
     150},
    {"reference", shd("small", {"--set", "model.hidden=[4]", "--set", "train.batch=4", "--device", "reference"}), 60}};

/// The data of all cases, made once.
struct Data {
  TemporaryDirectory temporary;
  Data() {
    write_shd(temporary / "small", 200);
    write_shd(temporary / "large", 1600);
    write_images(temporary / "images", 300);
  }
  static const std::filesystem::path& path() {
    static const Data data;
    return data.temporary.path();
  }
};

/// The number of megabytes in the last line of the table.
double peak_of_table(const std::string& text) {
  const std::size_t at = text.find("\n  peak ");
  BOOST_TEST_REQUIRE(at != std::string::npos, text);
  return std::stod(text.substr(at + 8));
}

}  // namespace

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(no_sanitizer))
BOOST_DATA_TEST_CASE(a_run_takes_what_was_planned, boost::unit_test::data::make(kCases), c) {
  std::filesystem::remove_all(Data::path() / "run");
  const Outcome plan = run_engine(with(c.arguments, {"--dry-run"}), Data::path());
  BOOST_TEST_REQUIRE(plan.exit_code == 0, plan.err);
  BOOST_TEST(!std::filesystem::exists(Data::path() / "run"));

  const Outcome outcome = run_engine(with(c.arguments, {"--quiet"}), Data::path());
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  const Json memory = Json::parse(read_text(Data::path() / "run" / "summary.json"))["memory"];
  const double planned = memory["planned_mb"], peak = memory["peak_mb"];
  BOOST_TEST(peak > c.at_least_mb);
  BOOST_TEST(std::abs(planned / peak - 1.0) < kTolerance, "planned " << planned << " MB, taken " << peak << " MB");
  // Two processes differ by what is measured in them: how many pages of program and libraries the kernel maps at once.
  BOOST_TEST(std::abs(peak_of_table(plan.out) - planned) < 2.0);
}

BOOST_AUTO_TEST_CASE(a_plan_that_does_not_fit_the_machine_is_made_without_taking_memory) {
  const TemporaryDirectory temporary;
  const Outcome plan = run_engine(
      with(small_run("run"), {"--set", "model.hidden=[100000,100000]", "--set", "train.batch=4096", "--dry-run"}),
      temporary.path());
  BOOST_TEST_REQUIRE(plan.exit_code == 0, plan.err);
  // w and r of three projections of 1e5 × 1e5 in float32, with gradients and two moments, are 894 GiB.
  BOOST_TEST(peak_of_table(plan.out) > 894e3);
}

BOOST_AUTO_TEST_CASE(a_dry_run_refuses_what_the_run_would_refuse) {
  const TemporaryDirectory temporary;
  const auto refused = [&](const std::string& key) {
    return run_engine(with(small_run("run"), {"--dry-run", "--set", key}), temporary.path());
  };
  BOOST_TEST(refused("model.dropout=1").exit_code == 2);
  BOOST_TEST(refused("run.instruction_set=v9").exit_code == 2);
  BOOST_TEST(refused("train.protocol=\"held\"").exit_code == 2);
  const Outcome outcome = refused("model.tie_reset_decay=true");
  BOOST_TEST(outcome.exit_code == 2);
  BOOST_TEST(outcome.err.find("model.tie_reset_decay") != std::string::npos, outcome.err);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_into_memory_is_named, *boost::unit_test::precondition(no_sanitizer)) {
  const TemporaryDirectory temporary;
  const std::vector<std::string> large{"--set", "model.hidden=[20000]"};
  const Outcome network = run_within(temporary.path(), 400000, large);
  BOOST_TEST(network.exit_code == 1);
  BOOST_TEST(network.err.find("error: not enough memory for the network; engine --dry-run says") != std::string::npos,
             network.err);
  BOOST_TEST(!std::filesystem::exists(temporary / "run"));
  // Wherever it ends, it says why; unless not even the system's libraries have room for what they need themselves,
  // which then end the process by a signal ("failed to register TLS destructor") or do not let it begin (127).
  int named = 0;
  for (int kilobytes = 36000; kilobytes < 70000; kilobytes += 2000) {
    const Outcome outcome = run_within(temporary.path(), kilobytes, {"--set", "run.threads=2", "--force"});
    if (outcome.exit_code == 0 || outcome.exit_code == 127 || outcome.signal != 0) continue;
    BOOST_TEST(outcome.exit_code == 1, kilobytes << " kB");
    ++named;
    const bool says_why = outcome.err.find("error: not enough memory for ") != std::string::npos ||
                          outcome.err.find("error: the system gives no thread for ") != std::string::npos;
    BOOST_TEST(says_why, kilobytes << " kB: " << outcome.err);
  }
  BOOST_TEST(named > 0);
}
