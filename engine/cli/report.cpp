#include "experiment/report.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <vector>

#include "cli/commands.hpp"
#include "core/error.hpp"

namespace hetsyn::cli {

int report(const Options& options) {
  if (options.runs.empty()) throw UsageError("which runs? expected: engine report RUN…");
  const std::vector<std::filesystem::path> runs(options.runs.begin(), options.runs.end());
  fmt::print("{}", report_table(runs));
  return 0;
}

}  // namespace hetsyn::cli
