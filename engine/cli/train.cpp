#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <hetsyn/exceptions.hpp>
#include <optional>
#include <utility>

#include "cli/commands.hpp"
#include "cli/dry_run.hpp"
#include "cli/interrupt.hpp"
#include "cli/log.hpp"
#include "cli/progress_bar.hpp"
#include "cli/ranks.hpp"
#include "cli/report_at_end.hpp"
#include "cli/setup.hpp"
#include "cli/terminal.hpp"
#include "cli/train.hpp"
#include "core/folder_place.hpp"
#include "core/memory_error.hpp"
#include "data/task_checks.hpp"
#include "distributed/launch.hpp"
#include "report/html/page.hpp"

namespace hetsyn::cli {
namespace {

/// The config of the run to resume, if the command line gives neither a config nor a task.
std::string base_config(const Options& options) {
  const bool described = !options.config.empty() || !options.task.empty();
  if (!options.resume || !options.out || described) return {};
  const std::filesystem::path recorded = std::filesystem::path(*options.out) / "config.toml";
  return std::filesystem::exists(recorded) ? recorded.string() : std::string();
}

/// What to do with an existing run in the directory.
Existing existing(const Options& options) {
  return options.resume ? Existing::resume : options.force ? Existing::replace : Existing::refuse;
}

RunDirectory open_directory(const Options& options, const RunConfig& config) {
  if (!config.run.out) {
    if (options.resume) throw UsageError("--resume: expected --out with the run directory to continue");
    if (options.force) throw UsageError("--force: expected --out with the run directory to replace");
    return RunDirectory::make_new(default_run_path(config));
  }
  return {*config.run.out, existing(options)};
}

void announce(const Run& run, const TaskInfo& info, const Options& options, const RunDirectory& directory) {
  if (options.config.empty() && !options.resume) {
    log::info("no --config: keys that are not set have their defaults (docs/configuration.md)");
  }
  log::info("{}", run_title(run.config(), info));
  if (const std::size_t ranks = run.facts().ranks; ranks > 1) {
    log::info("{} ranks, {} threads each", ranks, run.threads());
  }
  log::info("run directory {}", directory.path().string());
  if (!run.config().perturb.none()) {
    log::warning("[perturb] is kept for `engine eval`; training and its evaluations are clean");
  }
}

RunEnd train_with_bar(Run& run, const RunDirectory& directory, bool shown, const std::atomic<bool>& stop) {
  ProgressBar bar(shown, run.epochs());
  return run.train(directory, bar, stop);
}

int finish(const Run& run, const RunDirectory& directory, RunEnd end) {
  if (run.records().last) {
    log::write_fitting([&](std::size_t columns) { return "\n" + run.result_text(columns); });
  }
  const std::string path = directory.path().string();
  if (end == RunEnd::interrupted) {
    log::warning("interrupted; continue with: engine --resume --out {}", path);
    return kExitInterrupted;
  }
  if (end == RunEnd::early_stop) log::info("ended early: no improvement for train.patience evaluations");
  log::info("results in {}/summary.json", path);
  return 0;
}

int train_on(Communicator& ranks, const Options& options) {
  if (options.resume && options.force) throw UsageError("--resume and --force exclude each other");
  if (options.dry_run && ranks.rank() > 0) return 0;  // rank 0 prints the memory of a rank
  try {
    return train_run(options, load_document(options, base_config(options)), discover_plugins(options), ranks);
  } catch (const DataToBeMade& missing) {
    print_data_to_be_made(missing);
    return 0;
  }
}

}  // namespace

int train(const Options& options) {
  const std::shared_ptr<Communicator> ranks = join_launch();
  return run_on_ranks(*ranks, [&] { return train_on(*ranks, options); });
}

int train_run(const Options& options, const ConfigDocument& document, const PluginHost& host, Communicator& ranks) {
  const TaskPlugin& plugin = choose_task(host, options, document);
  RunConfig config = read_config(document, plugin.name, plugin.keys);

  if (config.run.out) check_folder_place(*config.run.out, "a run directory");
  if (config.run.report) require_plotly();  // before anything is computed
  const OpenedRun opened = open_run(plugin, document, std::move(config), task_places(), options.dry_run, ranks);
  const Task& task = *opened.task;
  const std::vector<std::string> warnings = warnings_of(opened);
  const MemoryPlan plan = plan_memory(opened, ranks);
  std::optional<InitialParameters> initial;
  if (ranks.rank() == 0) initial = initial_parameters(opened, opened.config.run.out.value_or(""), existing(options));
  if (options.dry_run) {
    warn(warnings);
    print_dry_run(task, opened.config, plan);
    if (ranks.size() == 1) print_time_estimate(task, opened.config, plan);
    return 0;
  }
  check_samples(task, opened.config.train.seed);
  check_same_start(ranks, opened.config, task, plugin);
  const std::atomic<bool>& stop = stop_on_signal(ranks.rank() == 0);  // before this, there is nothing to save
  ReportAtEnd report(opened, stop);                                   // outlives the run, whose memory it uses again
  Run run = placing_errors(document, [&] {
    return needing_memory_for("the network", [&] {
      return Run(task, opened.config, plan.peak(), ranks, log::program(), std::move(initial));
    });
  });
  if (ranks.rank() > 0) {
    const RunEnd end = needing_memory_for("training the network", [&] { return run.follow(stop); });
    return end == RunEnd::interrupted ? kExitInterrupted : 0;
  }
  const RunDirectory directory = open_directory(options, run.config());
  const auto continued = continued_run(run, directory, existing(options), opened, &plugin, log::program());

  log::program().copy_to(directory.log());
  announce(run, task.info(), options, directory);
  warn(warnings);
  if (continued) run.resume(directory, continued->train);
  if (opened.config.run.report) report.write_to(directory);
  // mpirun gives rank 0 a pseudo-terminal, wherever its output goes.
  const bool bar = !options.quiet && ranks.size() == 1 && terminal_of(STDOUT_FILENO).redraws;
  const RunEnd end =
      needing_memory_for("training the network", [&] { return train_with_bar(run, directory, bar, stop); });
  return finish(run, directory, end);
}

}  // namespace hetsyn::cli
