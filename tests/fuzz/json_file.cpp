// JSON that people edit: the summary of a run, the plan of a sweep and a point of it.
#include "core/json_file.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <hetsyn/exceptions.hpp>
#include <vector>

#include "fuzz/input.hpp"
#include "report/analysis/run_analysis.hpp"
#include "report/run_table.hpp"
#include "report/sweep_report.hpp"

using namespace hetsyn;
using fuzz::require;
namespace fs = std::filesystem;

namespace {

/// A run and a sweep of one point, in a folder of this process.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("hetsyn_fuzz_json_" + std::to_string(::getpid()));
  Folder() {
    fs::create_directories(path / "points");
    write("config.toml", "[task]\nname = \"dms\"\n[train]\nseed = 3\n");
  }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& name, std::string_view content) const {
    std::ofstream(path / name, std::ios::binary | std::ios::trunc) << content;
  }
};

/// Calls `read`, which may find the file at fault and nothing else.
template <class Read>
void attempt(const std::string& file, const Read& read) {
  try {
    read();
  } catch (const DataError& error) {
    require(std::string_view(error.what()).find(file) != std::string_view::npos, "an error names the file");
  }
}

void read_summary(const Folder& folder, std::string_view content) {
  folder.write("summary.json", content);
  const std::vector<fs::path> runs{folder.path};
  attempt("summary.json", [&] { read_runs(runs); });
  attempt("summary.json", [&] { group_runs(runs); });
}

void read_plan(const Folder& folder, std::string_view content) {
  folder.write("points/0.json", "{}\n");
  folder.write("plan.json", content);
  attempt(folder.path.string(), [&] { sweep_text(read_sweep(folder.path)); });
}

void read_point(const Folder& folder, std::string_view content) {
  folder.write("plan.json",
               R"({"task": "dms", "split": "test", "checkpoint": "best",
                   "points": [{"hash": "0", "model": "1", "seed": 0, "settings": {"train.seed": 0}}]})");
  folder.write("points/0.json", content);
  attempt("points/0.json", [&] { sweep_json(read_sweep(folder.path)); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Folder folder;
  const std::string_view content = fuzz::Input(data, size).rest();
  read_summary(folder, content);
  read_plan(folder, content);
  read_point(folder, content);
  return 0;
}
