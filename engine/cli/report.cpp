#include "report/report.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <hetsyn/exceptions.hpp>
#include <vector>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "report/sweep_report.hpp"
#include "sweep/directory.hpp"

namespace hetsyn::cli {

namespace {

/// Prints the report of `table` in the requested format.
template <class Table>
void print_report(const Options& options, const Table& table, std::string (*markdown)(const Table&),
                  std::string (*json)(const Table&), std::string (*csv)(const Table&)) {
  print_result(options.json ? json(table) : options.csv ? csv(table) : markdown(table));
}

}  // namespace

int report(const Options& options) {
  if (options.runs.empty()) throw UsageError("which runs? expected: engine report RUN… or engine report SWEEP");
  if (options.json + options.csv + options.html.has_value() > 1) {
    throw UsageError("--json, --csv and --html exclude each other");
  }
  if (!options.html && (options.watch || options.samples)) {
    throw UsageError(fmt::format("{} is for --html", options.watch ? "--watch" : "--samples"));
  }
  if (options.html) return report_html(options);
  if (options.runs.size() == 1 && is_sweep_directory(options.runs.front())) {
    print_report(options, read_sweep(options.runs.front()), sweep_markdown, sweep_json, sweep_csv);
    return 0;
  }
  const std::vector<std::filesystem::path> runs(options.runs.begin(), options.runs.end());
  print_report(options, read_runs(runs), report_markdown, report_json, report_csv);
  return 0;
}

}  // namespace hetsyn::cli
