// What `engine --version` says of its build, against what this test was built with.
#include <H5public.h>
#include <fmt/core.h>
#include <sys/utsname.h>
#include <tbb/version.h>

#include <boost/test/unit_test.hpp>
#include <boost/version.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "backend/cpu/isa.hpp"
#include "cli/program.hpp"
#include "core/version.hpp"

using namespace hetsyn::test;

namespace {

/// The rest of the line that begins with the word.
std::string fact(const std::string& text, const std::string& word) {
  const std::size_t at = text.find("\n" + word + " ");
  BOOST_TEST_REQUIRE(at != std::string::npos, "no line \"" << word << "\" in: " << text);
  const std::size_t from = text.find_first_not_of(' ', at + 1 + word.size());
  return text.substr(from, text.find('\n', from) - from);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

bool module_exists(const std::string& file) {
  return std::filesystem::exists(std::filesystem::path(HETSYN_ENGINE).parent_path() / "../lib/hetsyn/plugins" / file);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_version_says_how_the_program_was_built) {
  const TemporaryDirectory temporary;
  const Outcome outcome = run_engine({"--version"}, temporary.path());
  BOOST_TEST(outcome.exit_code == 0);
  const std::string& text = outcome.out;
  BOOST_TEST(text.starts_with(fmt::format("engine {}\n", hetsyn::engine_version())));

  ::utsname machine{};
  ::uname(&machine);
  const std::string build = fact(text, "build");
  BOOST_TEST(build.starts_with(HETSYN_BUILD_TYPE ", "), build);
#ifdef __clang__
  const std::string compiler = fmt::format(", Clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  const std::string compiler = fmt::format(", GNU {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
  BOOST_TEST(has(build, compiler), build);
  BOOST_TEST(has(build, fmt::format(", {}", machine.machine)), build);

  for (const hetsyn::cpu::KernelTable* table : hetsyn::cpu::supported_kernels()) {
    BOOST_TEST(has(fact(text, "kernels"), table->name), table->name);
  }
  BOOST_TEST(has(fact(text, "modules"), "no CUDA") == !module_exists("hetsyn_cuda.so"));
  BOOST_TEST(has(fact(text, "modules"), "no MPI") == !module_exists("hetsyn_mpi.so"));

  const std::string libraries = fact(text, "libraries");
  for (const std::string& library :
       {fmt::format("Boost {}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100),
        fmt::format("fmt {}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100),
        fmt::format("HDF5 {}.{}.{}", H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE),
        fmt::format("nlohmann_json {}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                    NLOHMANN_JSON_VERSION_PATCH),
        fmt::format("oneTBB {}.{}", TBB_VERSION_MAJOR, TBB_VERSION_MINOR)}) {
    BOOST_TEST(has(libraries, library), library << " in: " << libraries);
  }
}

BOOST_AUTO_TEST_CASE(the_doctor_begins_with_the_same_facts) {
  const TemporaryDirectory temporary;
  const std::string facts = run_engine({"--version"}, temporary.path()).out;
  const std::string doctor = run_engine({"doctor"}, temporary.path()).out;
  BOOST_TEST(has(doctor, facts.substr(facts.find('\n') + 1)), doctor);
}
