#include "report/html/evaluation_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "run/summary.hpp"

namespace hetsyn {
namespace {

constexpr std::size_t kMostInMatrix = 200;  ///< classes; more of them would be too small to see
constexpr std::size_t kMostWithNumbers = 20;
constexpr std::size_t kMostConfusions = 10;

std::string subject_text(const EvaluationReport& report) {
  return fmt::format("Checkpoint {} (epoch {}, step {}), {} samples of the {} set.",
                     std::filesystem::path(report.checkpoint).stem().string(), report.epoch, report.step,
                     report.samples, report.metrics.split);
}

std::vector<std::string> names_of(const EvaluationReport& report) {
  std::vector<std::string> names = report.class_names;
  for (std::size_t k = names.size(); k < report.confusion->classes(); ++k) names.push_back(std::to_string(k));
  return names;
}

/// Samples with a label.
std::uint64_t samples_of(const ConfusionMatrix& confusion, std::size_t label) {
  std::uint64_t samples = 0;
  for (std::size_t k = 0; k < confusion.classes(); ++k) samples += confusion.count(label, k);
  return samples;
}

double accuracy_of(const ConfusionMatrix& confusion) {
  std::uint64_t samples = 0, right = 0;
  for (std::size_t k = 0; k < confusion.classes(); ++k) {
    samples += samples_of(confusion, k);
    right += confusion.count(k, k);
  }
  return static_cast<double>(right) / static_cast<double>(samples);
}

Figure matrix_figure(const EvaluationReport& report) {
  const ConfusionMatrix& confusion = *report.confusion;
  const std::size_t K = confusion.classes();
  const std::vector<std::string> names = names_of(report);
  Grid grid{.title = "samples", .x = {}, .y = {}, .values = {}, .numbers = K <= kMostWithNumbers};
  for (std::size_t k = 0; k < K; ++k) {
    grid.x.push_back(static_cast<double>(k));
    grid.y.push_back(static_cast<double>(k));
    for (std::size_t decision = 0; decision < K; ++decision) {
      grid.values.push_back(static_cast<double>(confusion.count(K - 1 - k, decision)));  // the first label is on top
    }
  }
  return {.name = "confusion",
          .title = "Confusion matrix",
          .caption = "How many samples of each label (row) were taken for each class (column).",
          .x = {.title = "decision", .categories = names},
          .panels = {{.y = {.title = "label", .categories = {names.rbegin(), names.rend()}}, .grid = std::move(grid)}},
          .height_px = std::clamp(140.0 + 26.0 * static_cast<double>(K), 300.0, 800.0)};
}

Figure recall_figure(const EvaluationReport& report) {
  const ConfusionMatrix& confusion = *report.confusion;
  Series recall{.name = "recall", .mark = Mark::bars};
  for (std::size_t k = 0; k < confusion.classes(); ++k) {
    const std::uint64_t samples = samples_of(confusion, k), right = confusion.count(k, k);
    recall.x.push_back(static_cast<double>(k));
    recall.y.push_back(static_cast<double>(right) / static_cast<double>(samples));
    recall.notes.push_back(fmt::format("{} of {} samples", right, samples));
  }
  return {.name = "recall",
          .title = "Recall of each class",
          .caption = "The share of the samples of a class that were recognised; none for a class without samples.",
          .x = {.title = "class", .categories = names_of(report)},
          .panels = {{.y = {.title = "recall", .range = {{0.0, 1.0}}}, .series = {std::move(recall)}}},
          .height_px = 300};
}

/// "1,234,567"; with digits after the point below 1000.
std::string count_text(double value) {
  if (!(value >= 1000.0)) return metric_text(value);
  std::string text = fmt::format("{:.0f}", value);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

struct Confusion {
  std::size_t label = 0, decision = 0;
  std::uint64_t count = 0;
};

std::vector<Confusion> most_frequent(const ConfusionMatrix& confusion) {
  std::vector<Confusion> all;
  for (std::size_t label = 0; label < confusion.classes(); ++label) {
    for (std::size_t k = 0; k < confusion.classes(); ++k) {
      if (k != label && confusion.count(label, k) > 0) all.push_back({label, k, confusion.count(label, k)});
    }
  }
  std::ranges::stable_sort(all, std::greater{}, &Confusion::count);
  if (all.size() > kMostConfusions) all.resize(kMostConfusions);
  return all;
}

Table confusion_table(const EvaluationReport& report) {
  const std::vector<std::string> names = names_of(report);
  Table table{.title = "The most frequent confusions",
              .header = {"label", "taken for", "samples", "share of the label"}};
  for (const Confusion& each : most_frequent(*report.confusion)) {
    const auto of = static_cast<double>(samples_of(*report.confusion, each.label));
    table.rows.push_back({names[each.label], names[each.decision], std::to_string(each.count),
                          fmt::format("{:.3g} %", 100.0 * static_cast<double>(each.count) / of)});
  }
  return table;
}

}  // namespace

Section confusion_section(const EvaluationReport& report) {
  Section section{.title = "Decisions"};
  if (!report.confusion) {
    section.text = {"The task is no classification, so that there is no confusion matrix."};
    return section;
  }
  const std::size_t K = report.confusion->classes();
  section.text = {fmt::format("{} Accuracy: {}; macro-F1, the mean over classes of F1: {}.", subject_text(report),
                              metric_text(accuracy_of(*report.confusion)), metric_text(report.confusion->macro_f1()))};
  if (K == 1) {
    section.text.emplace_back("The task has one class, so that every decision is right.");
    return section;
  }
  if (K > kMostInMatrix) {
    section.text.push_back(
        fmt::format("A matrix of {} classes could not be read; these are the most frequent confusions.", K));
  } else {
    section.figures.push_back(matrix_figure(report));
  }
  if (K > 2) {
    section.figures.push_back(recall_figure(report));
    Table table = confusion_table(report);
    if (!table.rows.empty()) section.tables.push_back(std::move(table));
  }
  return section;
}

Section cost_section(const EvaluationReport& report) {
  const Activity& activity = report.activity;
  Table table{.title = "One inference (one sample, all time steps), as means over the samples",
              .header = {"population", "neurons", "rate (Hz)", "spikes", "synaptic operations", "decay updates"}};
  table.rows.push_back({"input", "", "", count_text(activity.input_events), "", ""});
  Series operations{.name = "synaptic operations", .mark = Mark::bars},
      updates{.name = "decay updates", .mark = Mark::bars};
  std::vector<std::string> names;
  for (const PopulationActivity& each : activity.populations) {
    table.rows.push_back({each.name, std::to_string(each.neurons), metric_text(each.rate_hz), count_text(each.spikes),
                          count_text(each.synaptic_operations), count_text(each.decay_updates)});
    for (Series* const series : {&operations, &updates}) series->x.push_back(static_cast<double>(names.size()));
    operations.y.push_back(each.synaptic_operations);
    updates.y.push_back(each.decay_updates);
    names.push_back(each.name);
  }
  table.rows.push_back({"all", "", "", count_text(activity.spikes()), count_text(activity.synaptic_operations()),
                        count_text(activity.decay_updates())});
  return {
      .title = "Operations of an inference",
      .text = {subject_text(report),
               "Synaptic operations are additions of a weight to a current: one for each event and each synapse that "
               "it passes. Decay updates are multiplications of a state by its decay; they do not depend on the "
               "activity. Rates are per second of the network's time."},
      .tables = {std::move(table)},
      .figures = {{.name = "operations",
                   .title = "Operations of each population",
                   .caption = "Means over the samples, of one inference.",
                   .x = {.title = "population", .categories = std::move(names)},
                   .panels = {{.y = {.title = "operations"}, .series = {std::move(operations), std::move(updates)}}},
                   .height_px = 300}}};
}

}  // namespace hetsyn
