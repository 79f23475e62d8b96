// Who may include whom, checked over the include graph.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

const fs::path kRoot = HETSYN_SOURCE_DIR;

using Layers = std::set<std::string>;

// base ← core ← dynamics ← state ← backend ← network ← training ← config ← run ← sweep ← report ← cli;  data sits
// beside network, distributed beside dynamics. base knows nothing of the engine and serves tasks too.
const std::map<std::string, Layers> kMayInclude{
    {"include", {}},  // what programs see of the engine
    {"base", {}},
    {"core", {}},
    {"distributed", {"core"}},
    {"dynamics", {"core"}},
    {"state", {"core", "dynamics"}},
    {"backend", {"core", "dynamics", "state"}},
    {"network", {"core", "dynamics", "state", "backend"}},
    {"data", {"core", "dynamics", "state"}},
    {"training", {"core", "dynamics", "state", "backend", "network", "data"}},
    {"config", {"core", "dynamics", "state", "backend", "network", "data", "training"}},
    {"run", {"core", "dynamics", "state", "backend", "network", "data", "training", "config", "host"}},
    {"sweep", {"core", "dynamics", "state", "backend", "network", "data", "training", "config", "run"}},
    {"report", {"core", "dynamics", "state", "backend", "network", "data", "training", "config", "run", "sweep"}},
    {"library", {"core", "dynamics", "state", "backend", "network", "data", "training", "config", "run", "host"}},
    {"python", {}},  // stands on what is installed: include, and the SDK of tasks
    {"cli",
     {"core", "dynamics", "state", "backend", "network", "data", "training", "config", "run", "sweep", "report",
      "distributed", "host"}},
};

bool is_source(const fs::path& path) {
  static const std::set<std::string> kExtensions{".hpp", ".h", ".cpp", ".c", ".cuh", ".cu"};
  return kExtensions.contains(path.extension().string());
}

std::vector<fs::path> sources(const fs::path& directory) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file() && is_source(entry.path())) out.push_back(entry.path());
  }
  return out;
}

/// The paths between quotes or angle brackets of a file's include lines.
std::vector<std::string> includes(const fs::path& file) {
  static const std::regex kInclude(R"re(^\s*#\s*include\s*[<"]([^>"]+)[>"])re");
  std::vector<std::string> out;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::smatch match;
    if (std::regex_search(line, match, kInclude)) out.push_back(match[1]);
  }
  return out;
}

std::string first_part(const std::string& path) { return path.substr(0, path.find('/')); }

/// The engine layer (or "host") that an included path belongs to; empty for anything else.
std::string layer_of(const std::string& include) {
  const std::string first = first_part(include);
  const bool in_engine = kMayInclude.contains(first) && fs::exists(kRoot / "engine" / include);
  const bool in_host = first == "host" && fs::exists(kRoot / "plugins" / include);
  return in_engine || in_host ? first : std::string();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(layers)

BOOST_AUTO_TEST_CASE(every_directory_of_the_engine_is_a_layer) {
  for (const auto& entry : fs::directory_iterator(kRoot / "engine")) {
    if (entry.is_directory()) BOOST_TEST(kMayInclude.contains(entry.path().filename().string()), entry.path());
  }
}

BOOST_AUTO_TEST_CASE(a_layer_includes_only_what_stands_left_of_it) {
  std::size_t seen = 0;
  for (const auto& [layer, allowed] : kMayInclude) {
    for (const fs::path& file : sources(kRoot / "engine" / layer)) {
      for (const std::string& include : includes(file)) {
        const std::string target = layer_of(include);
        if (target.empty() || target == layer) continue;
        ++seen;
        BOOST_TEST((target == "base" || allowed.contains(target)), file << " includes " << include);
      }
    }
  }
  BOOST_TEST(seen > 50u);  // the scan itself works: there are hundreds
}

// Within the CUDA backend: device ← kernels ← host; the emulation takes the place of the device's runtime in tests.
BOOST_AUTO_TEST_CASE(the_rooms_of_the_cuda_backend_are_layers_too) {
  const std::map<std::string, Layers> may_include{{"device", {"emulation"}},
                                                  {"kernels", {"device", "emulation"}},
                                                  {"host", {"device", "kernels"}},
                                                  {"emulation", {"device"}}};
  const std::string cuda = "backend/cuda/";
  for (const auto& [room, allowed] : may_include) {
    for (const fs::path& file : sources(kRoot / "engine" / cuda / room)) {
      for (const std::string& include : includes(file)) {
        if (!include.starts_with(cuda)) continue;
        const std::string target = first_part(include.substr(cuda.size()));
        if (!may_include.contains(target)) continue;  // the module's interface
        BOOST_TEST((target == room || allowed.contains(target)), file << " includes " << include);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(nothing_of_the_engine_includes_a_test) {
  for (const fs::path& file : sources(kRoot / "engine")) {
    for (const std::string& include : includes(file)) {
      BOOST_TEST(!fs::exists(kRoot / "tests" / include), file << " includes " << include);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_engine_does_not_know_the_plugin_contract) {
  for (const fs::path& file : sources(kRoot / "engine")) {
    if (file.string().starts_with((kRoot / "engine/python").string())) continue;  // tasks in Python are tasks
    for (const std::string& include : includes(file)) {
      const bool is_contract = include == "hetsyn_task.h" || fs::exists(kRoot / "plugins/sdk" / include);
      BOOST_TEST(!is_contract, file << " includes " << include);
    }
  }
}

BOOST_AUTO_TEST_CASE(only_the_program_sees_what_tasks_share) {
  for (const auto& [layer, allowed] : kMayInclude) {
    if (layer == "cli") continue;  // engine encode
    for (const fs::path& file : sources(kRoot / "engine" / layer)) {
      for (const std::string& include : includes(file)) {
        BOOST_TEST(!fs::exists(kRoot / "tasks" / include), file << " includes " << include);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_plugin_host_sees_the_task_port_only) {
  const std::set<std::string> port{"data/task_port.hpp", "state/spikes.hpp"};
  for (const fs::path& file : sources(kRoot / "plugins" / "host")) {
    for (const std::string& include : includes(file)) {
      const std::string target = layer_of(include);
      const bool good =
          target.empty() || target == "host" || target == "core" || target == "base" || port.contains(include);
      BOOST_TEST(good, file << " includes " << include);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_sdk_sees_the_contract_only_and_tasks_what_serves_all) {
  for (const char* part : {"tasks", "plugins/sdk", "plugins/abi", "plugins/example"}) {
    for (const fs::path& file : sources(kRoot / part)) {
      for (const std::string& include : includes(file)) {
        const std::string target = layer_of(include);
        const bool good = target.empty() || (target == "base" && part == std::string("tasks"));
        BOOST_TEST(good, file << " includes " << include);
      }
    }
  }
}

// Of what tasks share: files ← speech ← standin ← words. A task includes nothing of another one.
BOOST_AUTO_TEST_CASE(the_rooms_of_the_tasks_are_layers_too) {
  const std::map<std::string, Layers> may_include{{"files", {}},
                                                  {"speech", {"files"}},
                                                  {"standin", {"files", "speech"}},
                                                  {"words", {"files", "speech", "standin"}}};
  const std::string common = "common/";
  for (const auto& [room, allowed] : may_include) {
    for (const fs::path& file : sources(kRoot / "tasks" / common / room)) {
      for (const std::string& include : includes(file)) {
        const std::string target = first_part(include.starts_with(common) ? include.substr(common.size()) : "");
        const bool good = !may_include.contains(target) || target == room || allowed.contains(target);
        BOOST_TEST(good, file << " includes " << include);
      }
    }
  }
  for (const auto& task : fs::directory_iterator(kRoot / "tasks")) {
    const std::string name = task.path().filename().string();
    if (!task.is_directory() || name == "reader") continue;  // reads the files of all of them
    for (const fs::path& file : sources(task.path())) {
      for (const std::string& include : includes(file)) {
        const bool of_another = fs::exists(kRoot / "tasks" / include) && first_part(include) != name;
        BOOST_TEST((!of_another || include.starts_with(common)), file << " includes " << include);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(what_serves_all_includes_nothing_of_the_engine_or_of_tasks) {
  for (const fs::path& file : sources(kRoot / "engine" / "base")) {
    for (const std::string& include : includes(file)) {
      const std::string target = layer_of(include);
      const bool good = (target.empty() || target == "base") && !fs::exists(kRoot / "tasks" / include);
      BOOST_TEST(good, file << " includes " << include);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_base_does_is_done_nowhere_else) {
  const std::map<std::string, std::regex> only_in{{"core_count", std::regex("hardware_concurrency")},
                                                  {"digest", std::regex("XXH[0-9]")},
                                                  {"error_text", std::regex(R"(\bstrerror\(|generic_category)")},
                                                  {"file_lock", std::regex(R"(\bflock\(|LOCK_EX|F_OFD_SETLK)")},
                                                  {"parallel", std::regex(R"(\bparallel_for\()")},
                                                  {"philox", std::regex("0xD2511F53")}};
  for (const char* part : {"engine", "plugins", "tasks"}) {
    for (const fs::path& file : sources(kRoot / part)) {
      std::ifstream in(file);
      const std::string text{std::istreambuf_iterator<char>(in), {}};
      for (const auto& [name, use] : only_in) {
        const bool good = file.parent_path() == kRoot / "engine/base" && file.stem() == name;
        BOOST_TEST((good || !std::regex_search(text, use)), file << " does itself what base/" << name << ".hpp does");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(json_is_read_and_written_at_one_place) {
  static const std::regex kDirect(R"(\b[jJ]son::(parse|accept)\(|\.dump\()");
  for (const fs::path& file : sources(kRoot / "engine")) {
    std::ifstream in(file);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const bool good = file.stem() == "json_file" || file.stem() == "json_text" || !std::regex_search(text, kDirect);
    BOOST_TEST(good, file << " reads or writes JSON itself, not by core/json_file.hpp and core/json_text.hpp");
  }
}

// They are installed into one folder.
BOOST_AUTO_TEST_CASE(the_headers_of_the_library_and_of_the_sdk_have_different_names) {
  for (const fs::path& file : sources(kRoot / "engine/include/hetsyn")) {
    BOOST_TEST(!fs::exists(kRoot / "plugins/sdk/hetsyn" / file.filename()), file);
  }
}

BOOST_AUTO_TEST_CASE(every_header_is_guarded) {
  for (const char* part : {"engine", "plugins", "tasks"}) {
    for (const fs::path& file : sources(kRoot / part)) {
      if (file.extension() != ".hpp") continue;
      std::ifstream in(file);
      std::string first;
      std::getline(in, first);
      BOOST_TEST(first == "#pragma once", file << " does not start with #pragma once");
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
