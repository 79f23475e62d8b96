#include "run/evaluation.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <hetsyn/exceptions.hpp>

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/sample_list.hpp"
#include "cli/setup.hpp"
#include "core/memory_error.hpp"
#include "data/task_checks.hpp"
#include "run/hdf5_place.hpp"
#include "run/recording.hpp"
#include "run/recording_file.hpp"

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

/// Checks --export, and returns the samples of --samples; none if it is absent.
std::vector<std::size_t> exported_samples(const Options& options) {
  if (!options.export_file) {
    if (options.samples) throw UsageError("--samples: chooses what --export writes; expected --export FILE beside it");
    return {};
  }
  if (options.export_file->empty()) throw UsageError("--export: expected a file, not an empty text");
  check_hdf5_place(*options.export_file, options.force, "--force");
  return options.samples ? parse_sample_list(*options.samples) : std::vector<std::size_t>();
}

/// Evaluates the network, and before that writes the recordings of --export. Empty if it was interrupted.
std::optional<EvaluationReport> evaluate(const Options& options, const PreparedEvaluation& evaluation,
                                         std::vector<std::size_t> samples) {
  const std::atomic<bool>& stop = stop_on_signal();
  if (!options.export_file) return evaluate_run(evaluation, stop);
  samples = chosen_samples(evaluation, samples);
  if (!write_recordings(evaluation, samples, *options.export_file, stop)) return std::nullopt;
  auto report = evaluate_run(evaluation, stop);
  if (report) report->exported = ExportedSamples{*options.export_file, std::move(samples)};
  return report;
}

}  // namespace

int evaluate(const Options& options) {
  if (options.run.empty()) throw UsageError("which run? expected: engine eval RUN");
  if (!is_run_directory(options.run)) {
    throw UsageError(fmt::format("{}: is not a run directory (it has no config.toml)", options.run));
  }
  std::vector<std::size_t> samples = exported_samples(options);
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
                              [&] { return evaluate(options, prepare_evaluation(request), std::move(samples)); });
  });
  if (!report) return kExitInterrupted;
  print_result(options.json ? evaluation_json(opened.config, *report) + "\n"
                            : evaluation_text(opened.config, *report, result_terminal().columns));
  return kExitSuccess;
}

}  // namespace hetsyn::cli
