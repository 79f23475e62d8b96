#include "report/html/group_curves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>

#include "report/analysis/learning_curve.hpp"
#include "report/html/outcome.hpp"
#include "report/metric_range.hpp"

namespace hetsyn {
namespace {

constexpr std::size_t kMostPoints = 200;          // of a curve
constexpr std::size_t kMostSinglePoints = 60000;  // of all single runs on a page
constexpr std::size_t kShownAtFirst = 8;          // groups: as many as there are colours
constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<std::string_view, 3> kSplits{"train", "validation", "test"};

struct Curve {
  std::string note;
  std::vector<CurvePoint> points;
};

/// The curves of a group's runs in one panel.
struct GroupCurves {
  std::size_t group = 0;  ///< its place
  std::vector<Curve> runs;
};

/// metric → split → curves
using Panels = std::map<std::string, std::map<std::string, std::vector<GroupCurves>>>;

/// Appends a point to the curve of the run that is read; `note` is that of the run.
void add_point(std::vector<GroupCurves>& curves, std::size_t group, const std::string& note, bool is_new_run,
               const CurvePoint& point) {
  if (curves.empty() || curves.back().group != group) curves.push_back({group, {}});
  std::vector<Curve>& runs = curves.back().runs;
  if (runs.empty() || is_new_run) runs.push_back({note, {}});
  runs.back().points.push_back(point);
}

void read_run(Panels& panels, std::size_t group, const CurveRun& run) {
  const std::filesystem::path file = run.directory / "metrics.jsonl";
  std::error_code unreadable;
  if (!std::filesystem::exists(file, unreadable)) return;
  std::map<std::pair<std::string, std::string>, bool> begun;
  for (const EpochRecord& epoch : read_epochs(file)) {
    for (const SplitMetrics& split : epoch.splits) {
      for (const auto& [metric, value] : split.metrics) {
        bool& has_points = begun[{metric, split.split}];
        add_point(panels[metric][split.split], group, run.note, !has_points, {epoch.step, value});
        has_points = true;
      }
    }
  }
}

/// At most kMostPoints of them, among them the last.
template <class Point>
std::vector<Point> thinned(const std::vector<Point>& points) {
  const std::size_t every = (points.size() + kMostPoints - 1) / kMostPoints;
  std::vector<Point> out;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if ((points.size() - 1 - i) % every == 0) out.push_back(points[i]);
  }
  return out;
}

Series mean_curve(const GroupCurves& curves, const Range& range) {
  std::map<std::uint64_t, std::vector<double>> by_step;
  for (const Curve& run : curves.runs) {
    for (const CurvePoint& point : run.points) {
      if (std::isfinite(point.value)) by_step[point.step].push_back(point.value);
    }
  }
  const std::vector<std::pair<std::uint64_t, std::vector<double>>> steps(by_step.begin(), by_step.end());
  Series series;
  for (const auto& [step, values] : thinned(steps)) {
    const Spread spread = spread_of(values, range);
    series.x.push_back(static_cast<double>(step));
    series.y.push_back(spread.mean);
    series.low.push_back(spread.n > 1 ? spread.low95() : kUndefined);
    series.high.push_back(spread.n > 1 ? spread.high95() : kUndefined);
    series.notes.push_back(curves.runs.size() == 1 ? curves.runs.front().note
                                                   : fmt::format("mean of {} seeds", spread.n));
  }
  if (curves.runs.size() == 1) series.low = series.high = {};
  return series;
}

/// All runs of a group in one series, apart from each other.
Series single_curves(const GroupCurves& curves) {
  Series series;
  for (const Curve& run : curves.runs) {
    for (const CurvePoint& point : thinned(run.points)) {
      series.x.push_back(static_cast<double>(point.step));
      series.y.push_back(point.value);
      series.notes.push_back(run.note);
    }
    series.x.push_back(kUndefined);
    series.y.push_back(kUndefined);
    series.notes.emplace_back();
  }
  return series;
}

std::size_t single_points(const Panels& panels) {
  std::size_t points = 0;
  for (const auto& [metric, splits] : panels) {
    for (const auto& [split, groups] : splits) {
      for (const GroupCurves& curves : groups) {
        for (const Curve& run : curves.runs) points += std::min(run.points.size(), kMostPoints);
      }
    }
  }
  return points;
}

struct Drawing {
  std::span<const CurveGroup> groups;
  bool with_singles = true;
};

Panel panel_of(const std::string& metric, std::string_view split, const std::vector<GroupCurves>& curves,
               const Drawing& drawing) {
  Panel panel{.y = {.title = metric, .unit = unit_of(metric)}, .title = std::string(split)};
  const auto add = [&](Series series, const GroupCurves& from, std::string_view suffix, bool shown) {
    series.name = drawing.groups[from.group].name + std::string(suffix);
    series.colour = from.group;
    series.shown = shown;
    panel.series.push_back(std::move(series));
  };
  for (const GroupCurves& each : curves)
    add(mean_curve(each, range_of_metric(metric)), each, "", each.group < kShownAtFirst);
  for (const GroupCurves& each : curves) {
    if (drawing.with_singles && each.runs.size() > 1) add(single_curves(each), each, ", single runs", false);
  }
  panel.y.range = readable_range(panel.series);
  return panel;
}

std::string caption_of(const Drawing& drawing) {
  std::string text =
      "Mean over the seeds of alike runs with its 95 % interval (Student's t). Training: the mean over the steps since "
      "the "
      "point before; other splits: a measurement after the step.";
  text += drawing.with_singles ? " The legend also shows the single runs."
                               : " Of so many runs the single ones are left out; a report of some of them shows them.";
  if (drawing.groups.size() > kShownAtFirst) {
    text += fmt::format(" Of {} groups the first {} are shown; the legend shows the others.", drawing.groups.size(),
                        kShownAtFirst);
  }
  return text;
}

Figure figure_of(const std::string& metric, const std::map<std::string, std::vector<GroupCurves>>& splits,
                 const Drawing& drawing) {
  Figure figure{.name = figure_name("curves-" + metric),
                .title = metric,
                .caption = caption_of(drawing),
                .x = {.title = "optimizer step"},
                .panels = {}};
  for (const std::string_view split : kSplits) {
    const auto at = splits.find(std::string(split));
    if (at != splits.end()) figure.panels.push_back(panel_of(metric, split, at->second, drawing));
  }
  const bool cut_off = std::ranges::any_of(figure.panels, [](const Panel& panel) { return panel.y.range.has_value(); });
  if (cut_off) figure.caption += kCutOff;
  figure.height_px = 120 + 200 * static_cast<double>(figure.panels.size());
  return figure;
}

}  // namespace

std::vector<Figure> curve_figures(std::span<const CurveGroup> groups, const std::string& first) {
  Panels panels;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (const CurveRun& run : groups[i].runs) read_run(panels, i, run);
  }
  const Drawing drawing{groups, single_points(panels) <= kMostSinglePoints};
  std::vector<Figure> figures;
  for (const auto& [metric, splits] : panels) figures.push_back(figure_of(metric, splits, drawing));
  std::stable_partition(figures.begin(), figures.end(), [&](const Figure& figure) { return figure.title == first; });
  return figures;
}

}  // namespace hetsyn
