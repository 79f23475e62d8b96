// Registers and spills of every kernel, as the assembler reported them, against what kernel_budget.txt allows: a change
// that makes a kernel spill, or that leaves room for fewer blocks, is seen without a device.
#include <cxxabi.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Resources {
  int registers = 0;      ///< per thread
  int spilled_bytes = 0;  ///< per thread, stores and loads
};
using Kernels = std::map<std::string, Resources>;  ///< by name without namespace, such as "kernel<true,false>"

/// A line of the budget: a pattern of names, and what their kernels may take.
struct Line {
  std::regex names;
  std::string text;
  Resources allowed;
};

std::string kernel_name(const std::string& mangled) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> demangled(
      abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status), &std::free);
  BOOST_TEST_REQUIRE(status == 0, mangled);
  const std::string text = std::regex_replace(demangled.get(), std::regex(R"(\(anonymous namespace\)::)"), "");
  std::smatch match;
  BOOST_TEST_REQUIRE(std::regex_search(text, match, std::regex(R"((\w+)(<.*>)?\()")), text);
  return std::regex_replace(match.str(1) + match.str(2), std::regex(" "), "");
}

/// The greatest of all architectures.
void read_log(const std::filesystem::path& path, Kernels& kernels) {
  static const std::regex kEntry("Compiling entry function '(\\w+)'");
  static const std::regex kSpills("(\\d+) bytes spill stores, (\\d+) bytes spill loads");
  static const std::regex kRegisters("Used (\\d+) registers");
  std::ifstream log(path);
  std::smatch match;
  Resources* current = nullptr;
  for (std::string line; std::getline(log, line);) {
    if (std::regex_search(line, match, kEntry)) current = &kernels[kernel_name(match[1])];
    if (current == nullptr) continue;
    if (std::regex_search(line, match, kSpills)) {
      current->spilled_bytes = std::max({current->spilled_bytes, std::stoi(match[1]), std::stoi(match[2])});
    }
    if (std::regex_search(line, match, kRegisters)) {
      current->registers = std::max(current->registers, std::stoi(match[1]));
      current = nullptr;  // what follows is a function of no kernel
    }
  }
}

Kernels compiled_kernels() {
  Kernels kernels;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(HETSYN_PTXAS_LOGS)) {
    if (entry.path().extension() == ".ptxas") read_log(entry.path(), kernels);
  }
  return kernels;
}

std::vector<Line> budget() {
  std::vector<Line> lines;
  std::ifstream file(HETSYN_KERNEL_BUDGET);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream fields(line);
    std::string name;
    Resources allowed;
    fields >> name >> allowed.registers >> allowed.spilled_bytes;
    BOOST_TEST_REQUIRE(!fields.fail(), "kernel_budget.txt: \"" << line << "\" is no kernel with two numbers");
    lines.push_back({std::regex(name.ends_with('>') ? name : name + "(<.*>)?"), name, allowed});
  }
  return lines;
}

}  // namespace

BOOST_AUTO_TEST_CASE(kernels_stay_within_their_budget) {
  const std::vector<Line> lines = budget();
  const Kernels kernels = compiled_kernels();
  std::set<std::string> used;
  BOOST_TEST(!kernels.empty());
  for (const auto& [name, taken] : kernels) {
    const auto line =
        std::ranges::find_if(lines, [&name = name](const Line& each) { return std::regex_match(name, each.names); });
    BOOST_TEST_CONTEXT(name << " takes " << taken.registers << " registers and spills " << taken.spilled_bytes
                            << " bytes") {
      BOOST_TEST((line != lines.end()), "kernel_budget.txt has a line for it");
      if (line == lines.end()) continue;
      used.insert(line->text);
      BOOST_TEST(taken.registers <= line->allowed.registers);
      BOOST_TEST(taken.spilled_bytes <= line->allowed.spilled_bytes);
    }
  }
  for (const Line& line : lines) BOOST_TEST(used.contains(line.text), line.text << " is a kernel");
}
