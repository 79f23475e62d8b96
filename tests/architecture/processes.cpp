// How processes are started: by posix_spawn, which MPI and threads allow at any time, and not by fork.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

const fs::path kRoot = HETSYN_SOURCE_DIR;

/// The only one: `engine sweep` has one thread, no MPI and no plugin when it starts its children (tests/cli/sweep.cpp).
const std::set<std::string> kMayFork{"engine/cli/job_pool.cpp"};

std::string code_of(const fs::path& file) {
  std::ostringstream text;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) text << line.substr(0, line.find("//")) << '\n';
  return text.str();
}

/// The sources of what ships that call fork, or something that forks without exec.
std::set<std::string> forking_sources() {
  static const std::regex kFork(R"(\b(fork|vfork|_Fork|clone|clone3|daemon|popen|system)\s*\()");
  static const std::set<std::string> kExtensions{".hpp", ".h", ".cpp", ".c", ".cuh", ".cu"};
  std::set<std::string> forking;
  for (const char* const part : {"engine", "plugins", "tasks"}) {
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / part)) {
      if (!kExtensions.contains(entry.path().extension().string())) continue;
      if (!std::regex_search(code_of(entry.path()), kFork)) continue;
      forking.insert(entry.path().lexically_relative(kRoot).string());
    }
  }
  return forking;
}

}  // namespace

BOOST_AUTO_TEST_CASE(nothing_forks_but_the_job_pool) {
  const std::set<std::string> forking = forking_sources();
  BOOST_TEST(std::vector<std::string>(forking.begin(), forking.end()) ==
                 std::vector<std::string>(kMayFork.begin(), kMayFork.end()),
             boost::test_tools::per_element());
}
