#include "report/html/run_curves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

namespace hetsyn {
namespace {

constexpr std::string_view kRate = "firing_rate_hz";
constexpr double kPanelPx = 210;

/// The names of all metrics, in the order in which they first appear.
std::vector<std::string> metric_names(const std::vector<EpochRecord>& epochs) {
  std::vector<std::string> names;
  for (const EpochRecord& epoch : epochs) {
    for (const SplitMetrics& split : epoch.splits) {
      for (const NamedMetric& metric : split.metrics) {
        if (std::ranges::find(names, metric.name) == names.end()) names.push_back(metric.name);
      }
    }
  }
  return names;
}

/// A metric of a split over the epochs that have it.
Series split_series(const std::vector<EpochRecord>& epochs, const std::string& split, const std::string& metric) {
  Series series{.name = split};
  for (const EpochRecord& epoch : epochs) {
    const std::optional<double> value = epoch.metric(split, metric);
    if (!value) continue;
    series.x.push_back(static_cast<double>(epoch.epoch));
    series.y.push_back(*value);
  }
  return series;
}

Panel metric_panel(const std::vector<EpochRecord>& epochs, const std::string& metric, Axis y) {
  Panel panel{.y = std::move(y)};
  std::size_t colour = 0;
  for (const char* const split : {"train", "validation", "test"}) {
    Series series = split_series(epochs, split, metric);
    series.colour = colour++;
    if (!series.x.empty()) panel.series.push_back(std::move(series));
  }
  return panel;
}

Panel learning_rate_panel(const std::vector<EpochRecord>& epochs) {
  Series series{.name = "learning rate", .mark = Mark::steps, .colour = 7};
  for (const EpochRecord& epoch : epochs) {
    series.x.push_back(static_cast<double>(epoch.epoch));
    series.y.push_back(epoch.learning_rate);
  }
  return {.y = {.title = "learning rate"}, .series = {std::move(series)}, .height = 0.7};
}

/// A point on the curve that selected the epoch of the best checkpoint.
void mark_selected(const RunRecord& run, const std::string& metric, Panel& panel) {
  const std::string split = run.selection_split();
  const auto epochs = run.summary ? run.summary->find("epoch") : std::nullopt;
  const auto best = epochs ? epochs->find("best_" + split) : std::nullopt;
  if (!best || metric != run.selection_metric()) return;
  const auto at = std::ranges::find(run.epochs, best->count(), &EpochRecord::epoch);
  const auto value = at == run.epochs.end() ? std::nullopt : at->metric(split, metric);
  if (!value) return;
  panel.series.push_back({.name = "selected epoch",
                          .mark = Mark::points,
                          .x = {static_cast<double>(at->epoch)},
                          .y = {*value},
                          .notes = {fmt::format("best {} {}", split, metric)},
                          .colour = 4});
}

Figure figure_of(std::string name, std::string title, std::string caption, std::vector<Panel> panels) {
  const double height = 90.0 + kPanelPx * static_cast<double>(panels.size());
  return {.name = std::move(name),
          .title = std::move(title),
          .caption = std::move(caption),
          .x = {.title = "epoch"},
          .panels = std::move(panels),
          .height_px = height};
}

}  // namespace

Section curves_section(const RunRecord& run) {
  Section section{.title = "Learning curves"};
  if (run.epochs.empty()) return section;
  std::vector<Panel> metrics, rates;
  for (const std::string& name : metric_names(run.epochs)) {
    if (name.starts_with(kRate)) {
      Panel panel = metric_panel(run.epochs, name, {.title = "rate", .unit = "Hz"});
      panel.title = name == kRate ? "all hidden populations" : name.substr(kRate.size() + 1);
      rates.push_back(std::move(panel));
    } else {
      metrics.push_back(metric_panel(run.epochs, name, {.title = name}));
      mark_selected(run, name, metrics.back());
    }
  }
  if (rates.size() == 2) rates.erase(rates.begin());  // the mean over one population
  metrics.push_back(learning_rate_panel(run.epochs));
  section.figures.push_back(figure_of(
      "curves-metrics", "Loss and metrics",
      "Training values are means over the batches of an epoch, while the parameters change and with dropout; those of "
      "the other splits are measured after the epoch. The learning rate is that of the weights in the last step.",
      std::move(metrics)));
  if (!rates.empty()) {
    section.figures.push_back(figure_of("curves-rates", "Firing rates",
                                        "Spikes per neuron and second of the network's time.", std::move(rates)));
  }
  return section;
}

}  // namespace hetsyn
