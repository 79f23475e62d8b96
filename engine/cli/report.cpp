#include "experiment/report.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <vector>

#include "cli/commands.hpp"
#include "core/error.hpp"

namespace hetsyn::cli {

int report(const Options& options) {
  if (options.runs.empty()) throw UsageError("which runs? expected: engine report RUN…");
  if (options.json && options.csv) throw UsageError("--json and --csv exclude each other");
  const std::vector<std::filesystem::path> runs(options.runs.begin(), options.runs.end());
  const RunTable table = read_runs(runs);
  fmt::print("{}", options.json ? report_json(table) : options.csv ? report_csv(table) : report_markdown(table));
  return 0;
}

}  // namespace hetsyn::cli
