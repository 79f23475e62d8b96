// The whole program with each instruction set, and on a machine that has no AVX.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "backend/cpu/isa.hpp"
#include "cli/program.hpp"

using namespace hetsyn::test;
using Json = nlohmann::json;

namespace {

constexpr const char* kBaseline = "run.instruction_set=baseline";
/// A processor of 2008, with SSE 4.2 and no AVX; an instruction that it lacks ends the program.
const std::vector<std::string> kOldMachine{HETSYN_QEMU, "-cpu", "Nehalem"};

double first_loss(const std::filesystem::path& run) {
  const std::string lines = read_text(run / "metrics.jsonl");
  return Json::parse(lines.substr(0, lines.find('\n')))["train"]["loss"];
}

boost::test_tools::assertion_result has_emulator(boost::unit_test::test_unit_id /*test*/) {
  boost::test_tools::assertion_result result(std::filesystem::exists(HETSYN_QEMU));
  result.message() << "qemu-x86_64 (package qemu-user) is not installed";
  return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_instruction_set_trains_the_same_network) {
  const TemporaryDirectory temporary;
  BOOST_TEST_REQUIRE(run_engine(with(small_run("baseline"), {"--set", kBaseline}), temporary.path()).exit_code == 0);
  for (const hetsyn::cpu::KernelTable* table : hetsyn::cpu::supported_kernels()) {
    const std::string name = table->name;
    const Outcome outcome =
        run_engine(with(small_run("run-" + name), {"--set", "run.instruction_set=" + name}), temporary.path());
    BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
    // A mean over six optimizer steps: rounding (1e-7) has not grown, or flipped more than a spike or two, by then.
    BOOST_TEST(std::abs(first_loss(temporary / ("run-" + name)) - first_loss(temporary / "baseline")) < 1e-3, name);
  }
}

BOOST_AUTO_TEST_CASE(a_machine_without_avx_runs_the_baseline, *boost::unit_test::precondition(has_emulator)) {
  const TemporaryDirectory temporary;
  BOOST_TEST_REQUIRE(run_engine(with(small_run("new"), {"--set", kBaseline}), temporary.path()).exit_code == 0);
  const Outcome old = Program(small_run("old"), temporary.path(), kOldMachine).wait();
  BOOST_TEST_REQUIRE(old.exit_code == 0, old.err);
  // The kernels are the same; exp and log of the C library choose their own instructions, and round differently.
  BOOST_TEST(std::abs(first_loss(temporary / "old") - first_loss(temporary / "new")) < 1e-6);
  const Outcome doctor = Program({"doctor"}, temporary.path(), kOldMachine).wait();
  BOOST_TEST(doctor.out.find("instructions baseline (the first is used)") != std::string::npos, doctor.out);
}

BOOST_AUTO_TEST_CASE(instructions_that_a_machine_lacks_are_refused, *boost::unit_test::precondition(has_emulator)) {
  const TemporaryDirectory temporary;
  const Outcome outcome =
      Program(with(small_run("run"), {"--set", "run.instruction_set=v3"}), temporary.path(), kOldMachine).wait();
  BOOST_TEST(outcome.exit_code == 2);
  BOOST_TEST(outcome.err.find("\"v3\" is not available; this machine runs: baseline") != std::string::npos,
             outcome.err);
}
