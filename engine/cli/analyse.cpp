#include <fmt/format.h>

#include <filesystem>
#include <hetsyn/exceptions.hpp>
#include <vector>

#include "cli/commands.hpp"
#include "cli/number.hpp"
#include "cli/output.hpp"
#include "core/memory_error.hpp"
#include "report/analysis/run_analysis.hpp"

namespace hetsyn::cli {
namespace {

AnalysisRequest request_of(const Options& options) {
  AnalysisRequest request;
  request.checkpoint = options.checkpoint.value_or("best");
  if (request.checkpoint != "last" && request.checkpoint != "best") {
    throw UsageError(fmt::format("--checkpoint {}: expected best or last", request.checkpoint));
  }
  if (options.groups) request.groups = parse_input_groups(*options.groups);
  if (options.long_ms) request.long_ms = number_option("--long-ms", *options.long_ms, 1e-3, 1e7);
  if (options.bins) request.bins = number_option<std::size_t>("--bins", *options.bins, 1, 10000);
  if (options.criterion) {
    const std::string window = options.window.value_or("1");
    request.criterion =
        parse_criterion(*options.criterion, number_option<std::uint64_t>("--window", window, 1, 1000000000));
  } else if (options.window) {
    throw UsageError("--window is for --criterion");
  }
  request.split = options.split.value_or("train");
  return request;
}

}  // namespace

int analyse(const Options& options) {
  if (options.runs.empty()) throw UsageError("which runs? expected: engine analyse RUN…");
  const AnalysisRequest request = request_of(options);
  const std::vector<std::filesystem::path> runs(options.runs.begin(), options.runs.end());
  std::vector<RunAnalysis> analyses;
  for (const std::filesystem::path& run : runs) {
    analyses.push_back(
        needing_memory_for(fmt::format("the analysis of {}", run.string()), [&] { return analyse_run(run, request); }));
  }
  const std::vector<AnalysisGroup> groups = group_runs(runs);
  print_result(options.json ? analysis_json(analyses, groups, request)
                            : analysis_text(analyses, groups, request, result_terminal().columns));
  return 0;
}

}  // namespace hetsyn::cli
