#include "run/evaluation.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <hetsyn/exceptions.hpp>

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/setup.hpp"
#include "core/memory_error.hpp"
#include "data/task_checks.hpp"

namespace hetsyn::cli {
namespace {

/// The name of a checkpoint of the run, or the path of a file.
std::string checkpoint_path(const Options& options) {
  const std::string checkpoint = options.checkpoint.value_or("best");
  const std::filesystem::path path =
      is_checkpoint_name(checkpoint) ? checkpoint_file(options.run, checkpoint) : std::filesystem::path(checkpoint);
  if (!std::filesystem::exists(path)) {
    throw UsageError(
        fmt::format("{}: no such checkpoint; expected --checkpoint best, last, step-N or a file", path.string()));
  }
  return path.string();
}

}  // namespace

int evaluate(const Options& options) {
  if (options.run.empty()) throw UsageError("which run? expected: engine eval RUN");
  if (!is_run_directory(options.run)) {
    throw UsageError(fmt::format("{}: is not a run directory (it has no config.toml)", options.run));
  }
  const ConfigDocument document = load_document(options, (std::filesystem::path(options.run) / "config.toml").string());
  const PluginHost host = discover_plugins(options);
  const TaskPlugin& plugin = choose_task(host, options, document);
  const OpenedRun opened = open_run(plugin, document, read_config(document, plugin.name, plugin.keys), task_places());
  const Task& task = *opened.task;
  warn(warnings_of(opened, "perturb."));
  check_samples(task, opened.config.train.seed);
  const RunConfig recorded = recorded_config(options.run, &plugin, task.info());
  const EvaluationRequest request{task, recorded, opened.config, checkpoint_path(options),
                                  options.split.value_or("test")};
  const auto report = placing_errors(document, [&] {
    return needing_memory_for("evaluating the network",
                              [&] { return evaluate_run(prepare_evaluation(request), stop_on_signal()); });
  });
  if (!report) return kExitInterrupted;
  print_result(options.json ? evaluation_json(opened.config, *report) + "\n" : evaluation_text(opened.config, *report));
  return kExitSuccess;
}

}  // namespace hetsyn::cli
