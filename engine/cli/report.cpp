#include "report/report.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <hetsyn/exceptions.hpp>
#include <vector>

#include "cli/commands.hpp"
#include "cli/log.hpp"
#include "cli/output.hpp"
#include "cli/plot.hpp"
#include "report/sweep_report.hpp"
#include "sweep/directory.hpp"

namespace hetsyn::cli {

namespace {

/// Prints the report of `table` in the requested format.
template <class Table>
void print_report(const Options& options, const Table& table, std::string (*text)(const Table&, std::size_t columns),
                  std::string (*json)(const Table&), std::string (*csv)(const Table&)) {
  print_result(options.json ? json(table) : options.csv ? csv(table) : text(table, result_terminal().columns));
}

/// The learning curves of each run. A run that cannot be read is named and skipped.
int plot(const Options& options) {
  std::size_t plotted = 0;
  for (const std::string& run : options.runs) {
    if (is_sweep_directory(run)) {
      throw UsageError(fmt::format("--plot {0}: is a sweep; expected runs, such as those in {0}/models", run));
    }
    try {
      const std::string title = options.runs.size() > 1 ? fmt::format("{}{}\n\n", plotted > 0 ? "\n" : "", run) : "";
      print_result(title + plot_run(run, result_terminal()));
      ++plotted;
    } catch (const DataError& error) {
      log::warning("{}", error.what());
    }
  }
  return plotted > 0 ? kExitSuccess : kExitFailure;
}

}  // namespace

int report(const Options& options) {
  if (options.runs.empty()) throw UsageError("which runs? expected: engine report RUN… or engine report SWEEP");
  if (options.json + options.csv + options.plot + options.html.has_value() > 1) {
    throw UsageError("--json, --csv, --plot and --html exclude each other");
  }
  if (!options.html && (options.watch || options.samples)) {
    throw UsageError(fmt::format("{} is for --html", options.watch ? "--watch" : "--samples"));
  }
  if (options.html) return report_html(options);
  if (options.plot) return plot(options);
  if (options.runs.size() == 1 && is_sweep_directory(options.runs.front())) {
    print_report(options, read_sweep(options.runs.front(), Unreadable::skip), sweep_text, sweep_json, sweep_csv);
    return 0;
  }
  const std::vector<std::filesystem::path> runs(options.runs.begin(), options.runs.end());
  const RunTable table = read_runs(runs, runs.size() > 1 ? Unreadable::skip : Unreadable::refuse);
  print_report(options, table, report_text, report_json, report_csv);
  return table.unreadable < runs.size() ? kExitSuccess : kExitFailure;
}

}  // namespace hetsyn::cli
