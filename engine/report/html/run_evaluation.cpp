#include "report/html/run_evaluation.hpp"

#include <fmt/format.h>

#include <hetsyn/exceptions.hpp>

#include "report/html/activity_sections.hpp"
#include "report/html/evaluation_sections.hpp"
#include "run/evaluation.hpp"
#include "run/recording.hpp"
#include "run/run_directory.hpp"

namespace hetsyn {
namespace {

constexpr std::size_t kSamples = 4;
constexpr std::size_t kMostNumbers = 150000;  ///< of all samples that nobody asked for: less than 1 MB in the page

RunEvaluation only(std::string why) {
  return {.decisions = {{.title = "Decisions and activity", .text = {std::move(why)}}}, .activity = {}, .cost = {}};
}

/// The set whose samples the network has seen least of; empty if there is none with fixed samples.
std::string split_of(const OpenedRun& opened) {
  const SampleSets sets = divide_samples(*opened.task, opened.config.train);
  if (sets.test) return "test";
  if (sets.validation) return "validation";
  return sets.train.drawn ? "" : "train";
}

/// Some places, evenly spread over a set.
std::vector<std::size_t> spread_samples(std::size_t set) {
  std::vector<std::size_t> samples;
  for (std::size_t i = 0; i < std::min(kSamples, set); ++i) samples.push_back(i * set / std::min(kSamples, set));
  return samples;
}

/// About how many numbers the figure of a sample has.
std::size_t numbers_of(const RecordingFacts& facts, const Recording& sample) {
  std::size_t spikes = sample.events.size() + sample.analog.size(), traces = facts.outputs + facts.targets;
  for (const PopulationRecording& population : sample.populations) {
    spikes += population.spikes.size();
    traces += 3;  // potentials
  }
  return 2 * (spikes + facts.steps * traces);
}

/// Drops samples from the end until the page stays small; keeps one.
void keep_small(RecordedSamples& recorded) {
  std::size_t numbers = 0;
  for (std::size_t i = 0; i < recorded.samples.size(); ++i) {
    numbers += numbers_of(recorded.facts, recorded.samples[i]);
    if (i > 0 && numbers > kMostNumbers) return recorded.samples.resize(i);
  }
}

/// Figures of the recorded samples, and what the task draws of them. Plots that the task cannot make take nothing from
/// the page.
std::vector<Section> activity_of(const Task& task, const RecordedSamples& recorded) {
  try {
    return activity_sections(recorded, task_plots(task, recorded));
  } catch (const PluginError& error) {
    std::vector<Section> sections = activity_sections(recorded, {});
    sections.push_back(
        {.title = "Plots of the task", .text = {fmt::format("They could not be made: {}.", error.what())}});
    return sections;
  }
}

std::optional<RunEvaluation> evaluate_opened(const RunRecord& run, const OpenedRun& opened,
                                             const std::string& checkpoint,
                                             const std::optional<std::vector<std::size_t>>& samples,
                                             const std::atomic<bool>& stop) {
  const std::string split = split_of(opened);
  if (split.empty()) return only("The task draws all its samples for training, so that there are none to evaluate.");
  RunConfig clean = opened.config;
  clean.perturb = {};
  const PreparedEvaluation prepared = prepare_evaluation({*opened.task, opened.config, clean, checkpoint, split});
  RunEvaluation out;
  if (run.going) {
    out.decisions = {{.title = "Decisions", .text = {"They are evaluated when the run has ended."}}};
  } else {
    const std::optional<EvaluationReport> report = evaluate_run(prepared, stop);
    if (!report) return std::nullopt;
    out.decisions = {confusion_section(*report)};
    out.cost = {cost_section(*report)};
  }
  auto recorded = record_samples(prepared, samples ? *samples : spread_samples(prepared.subject.samples), stop);
  if (!recorded) return std::nullopt;
  if (!samples) keep_small(*recorded);
  out.activity = activity_of(*opened.task, *recorded);
  return out;
}

}  // namespace

std::optional<RunEvaluation> evaluate_for_page(const RunRecord& run, const std::function<OpenedRun()>& open,
                                               const std::optional<std::vector<std::size_t>>& samples,
                                               const std::atomic<bool>& stop) {
  const std::string checkpoint = run.checkpoint();
  if (checkpoint.empty()) return only("The run has no checkpoint, so that there is no network to evaluate.");
  if (!open) {
    return only(
        fmt::format("The network was not evaluated, as the training was stopped; engine report {} --html FILE does.",
                    run.path.string()));
  }
  if (task_name(run.config).empty()) {
    return only(
        "The run was trained on arrays of a program, which it has not kept, so that there is nothing to evaluate.");
  }
  try {
    return evaluate_opened(run, open(), checkpoint_file(run.path, checkpoint).string(), samples, stop);
  } catch (const UsageError& error) {
    if (samples) throw;  // those that were asked for
    return only(fmt::format("The network was not evaluated: {}.", error.what()));
  } catch (const Error& error) {
    return only(fmt::format("The network was not evaluated: {}.", error.what()));
  }
}

}  // namespace hetsyn
