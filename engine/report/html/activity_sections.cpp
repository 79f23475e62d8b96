#include "report/html/activity_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "report/html/activity_figure.hpp"

namespace hetsyn {
namespace {

std::string origin(const RecordingFacts& facts) {
  const std::string checkpoint = std::filesystem::path(facts.checkpoint).stem().string();
  std::string text = fmt::format("Samples of the {} set in the network of checkpoint {} (epoch {}, step {}).",
                                 facts.split, checkpoint, facts.epoch, facts.step);
  if (!facts.damage.empty()) text += fmt::format(" Damage: {}.", facts.damage);
  return text;
}

/// A figure for each plot that the series name, in the order in which they come.
std::vector<Figure> task_figures(std::span<const PlotSeries> plots) {
  std::vector<Figure> figures;
  for (const PlotSeries& each : plots) {
    auto figure = std::ranges::find(figures, each.plot, &Figure::title);
    if (figure == figures.end()) {
      figure = figures.insert(figure, {.name = fmt::format("task-plot-{}", figures.size() + 1),
                                       .title = each.plot,
                                       .caption = "",
                                       .x = {.title = each.x_label},
                                       .panels = {{.y = {.title = each.y_label}}}});
    }
    figure->panels.front().series.push_back({.name = each.series, .x = each.x, .y = each.y});
  }
  return figures;
}

}  // namespace

std::vector<Section> activity_sections(const RecordedSamples& recorded, std::span<const PlotSeries> plots) {
  std::vector<Section> sections;
  if (!recorded.samples.empty()) {
    Section section{.title = "Activity in single samples", .text = {origin(recorded.facts)}, .choice = "Sample"};
    for (const Recording& recording : recorded.samples) {
      section.figures.push_back(activity_figure(recorded.facts, recording));
    }
    sections.push_back(std::move(section));
  }
  if (!plots.empty()) {
    sections.push_back({.title = fmt::format("Plots of the task {}", recorded.facts.task),
                        .text = {"The task makes these from the same samples."},
                        .figures = task_figures(plots)});
  }
  return sections;
}

}  // namespace hetsyn
