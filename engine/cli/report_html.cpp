#include <chrono>
#include <filesystem>
#include <hetsyn/exceptions.hpp>
#include <thread>
#include <vector>

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/log.hpp"
#include "cli/sample_list.hpp"
#include "cli/setup.hpp"
#include "core/memory_error.hpp"
#include "report/html/comparison_page.hpp"
#include "report/html/run_page.hpp"
#include "report/html/sweep_page.hpp"
#include "run/run_directory.hpp"
#include "sweep/directory.hpp"

namespace hetsyn::cli {
namespace {

namespace fs = std::filesystem;

/// What changes while a run goes on.
struct RunTimes {
  std::optional<bool> going;
  std::vector<fs::file_time_type> written;
  bool operator==(const RunTimes&) const = default;
};

RunTimes times_of(const fs::path& run) {
  RunTimes times{is_written_to(run), {}};
  for (const char* const name : {"config.toml", "metrics.jsonl", "summary.json"}) {
    std::error_code none;
    times.written.push_back(fs::last_write_time(run / name, none));
  }
  return times;
}

/// False if `stop` was set before.
bool wait_for_change(const fs::path& run, const RunTimes& seen, const std::atomic<bool>& stop) {
  while (!stop && times_of(run) == seen) std::this_thread::sleep_for(std::chrono::milliseconds(300));
  return !stop;
}

/// A run that is just being started has a directory before it has a config.
void wait_for_config(const fs::path& run, const std::atomic<bool>& stop) {
  while (!stop && !is_run_directory(run) && is_written_to(run).value_or(false)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

/// The page of a run; returns whether the run is going on. Empty if `stop` was set.
std::optional<bool> write_run_page(const RunPageRequest& request, const std::string& file,
                                   const std::atomic<bool>& stop) {
  const std::optional<Page> page = needing_memory_for("the report", [&] { return run_page(request, stop); });
  if (!page) return std::nullopt;
  write_page(file, *page);
  return page->reload_s.has_value();
}

int report_run(const Options& options) {
  const std::atomic<bool>& stop = stop_on_signal();
  RunPageRequest request{.run = options.runs.front(), .watched = options.watch};
  if (options.samples) request.samples = parse_sample_list(*options.samples);
  request.open = [&, opened = std::optional<OpenedRun>()]() mutable {
    if (!opened) opened = reopen_run(request.run, discover_plugins(options), task_places());
    return *opened;
  };
  if (options.watch) wait_for_config(request.run, stop);
  while (!stop) {
    const RunTimes seen = times_of(request.run);
    const std::optional<bool> going = write_run_page(request, *options.html, stop);
    if (going && !*going) {
      log::info("report in {}", *options.html);
      return kExitSuccess;
    }
    if (going) wait_for_change(request.run, seen, stop);
  }
  if (!options.watch) return kExitInterrupted;
  request.watched = false;  // nobody writes the page again
  request.open = {};
  write_run_page(request, *options.html, std::atomic<bool>(false));
  return kExitInterrupted;
}

/// The files of a sweep change as points come.
std::vector<fs::file_time_type> times_of_sweep(const fs::path& sweep) {
  std::vector<fs::file_time_type> times;
  for (const char* const name : {"plan.json", "points", "failed"}) {
    std::error_code none;
    times.push_back(fs::last_write_time(sweep / name, none));
  }
  return times;
}

/// Watches until each point has a result or has failed. Whoever works on the rest may come later.
int report_sweep(const Options& options) {
  constexpr unsigned kReloadS = 10;
  const std::atomic<bool>& stop = stop_on_signal();
  const fs::path sweep = options.runs.front();
  while (true) {
    const auto seen = times_of_sweep(sweep);
    const SweepTable table = read_sweep(sweep, Unreadable::skip);
    const bool watch = options.watch && table.is_open() && !stop;
    Page page = needing_memory_for("the report", [&] { return sweep_page(table); });
    if (watch) page.reload_s = kReloadS;
    write_page(*options.html, page);
    if (!watch) {
      log::info("report in {}", *options.html);
      return options.watch && table.is_open() ? kExitInterrupted : kExitSuccess;
    }
    while (!stop && times_of_sweep(sweep) == seen) std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
}

int report_comparison(const Options& options) {
  if (options.watch) throw UsageError("--watch: expected one run or one sweep");
  const std::vector<fs::path> runs(options.runs.begin(), options.runs.end());
  const RunTable table = read_runs(runs, Unreadable::skip);
  write_page(*options.html, needing_memory_for("the report", [&] { return comparison_page(table); }));
  log::info("report in {}", *options.html);
  return table.unreadable < runs.size() ? kExitSuccess : kExitFailure;
}

}  // namespace

int report_html(const Options& options) {
  require_plotly();
  const bool is_sweep = is_sweep_directory(options.runs.front());
  if (options.runs.size() == 1 && !is_sweep) return report_run(options);
  if (options.samples) throw UsageError("--samples: expected one run");
  return options.runs.size() == 1 ? report_sweep(options) : report_comparison(options);
}

}  // namespace hetsyn::cli
