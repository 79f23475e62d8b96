// One program serves machines with and without AVX: only the kernels may be compiled for a newer instruction set, and
// nothing of them may replace code that other parts use.
#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace {

/// The sources that are compiled once per instruction set; the second one measures the machine for the benchmark.
bool is_kernel_source(const std::string& file) {
  return file == HETSYN_SOURCE_DIR "/engine/backend/cpu/kernels.cpp" || file == HETSYN_SOURCE_DIR
                                                                            "/tests/bench/peak.cpp";
}

bool chooses_instructions(const std::string& command) {
  static const std::regex kOption(R"( -m(arch|cpu|tune|avx|fma|sse|bmi|f16c)[^ ]*)");
  return std::regex_search(command, kOption);
}

std::string output_of(const std::string& command) {
  std::string output;
  std::array<char, 4096> buffer{};
  FILE* const pipe = ::popen(command.c_str(), "r");
  BOOST_TEST_REQUIRE(pipe != nullptr);
  while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe) != nullptr) output += buffer.data();
  BOOST_TEST_REQUIRE(::pclose(pipe) == 0, command);
  return output;
}

}  // namespace

BOOST_AUTO_TEST_CASE(only_kernels_are_compiled_for_an_instruction_set) {
  std::ifstream file(HETSYN_BINARY_DIR "/compile_commands.json");
  int kernels = 0;
  for (const auto& entry : nlohmann::json::parse(file)) {
    if (!chooses_instructions(entry["command"])) continue;
    const std::string source = entry["file"];
    BOOST_TEST(is_kernel_source(source), source);
    ++kernels;
  }
  BOOST_TEST(kernels >= 2);  // v3 and v4, or the test looks at nothing
}

/// The linker keeps one of several equal inline functions. If it took that of a kernel's object file, a machine without
/// AVX would run AVX; so all functions there must be in the namespace of their instruction set.
BOOST_AUTO_TEST_CASE(kernels_bring_no_functions_that_others_share) {
  std::istringstream objects(HETSYN_KERNEL_OBJECTS);
  for (std::string object; std::getline(objects, object, ':');) {
    std::istringstream symbols(output_of("nm -C --defined-only '" + object + "'"));
    int functions = 0;
    for (std::string address, kind, name; symbols >> address >> kind && std::getline(symbols, name);) {
      if (kind != "W" && kind != "T") continue;
      const bool own = std::regex_search(name, std::regex("hetsyn::cpu::(v3|v4)::"));
      BOOST_TEST(own, object << ":" << name);
      ++functions;
    }
    BOOST_TEST(functions > 0, object);
  }
}
