#include "cli/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "cli/text_canvas.hpp"
#include "report/analysis/learning_curve.hpp"
#include "run/run_directory.hpp"
#include "run/summary.hpp"

namespace hetsyn::cli {
namespace {

constexpr std::size_t kMostColumns = 100, kLeastColumns = 24, kRows = 8, kLabel = 9;

/// A split, and how its line looks.
struct Style {
  const char* split;
  fmt::terminal_color color;
  char mark;
};
constexpr std::array<Style, 3> kStyles{{{"train", fmt::terminal_color::blue, '.'},
                                        {"validation", fmt::terminal_color::yellow, 'o'},
                                        {"test", fmt::terminal_color::green, '+'}}};

struct Series {
  Style style;
  std::vector<CurvePoint> points;  ///< finite
};

struct Panel {
  std::string metric;
  std::vector<Series> series;
};

/// The names of the metrics, in their order.
std::vector<std::string> metrics_in(std::span<const EpochRecord> epochs) {
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

Panel panel_of(std::span<const EpochRecord> epochs, const std::string& metric) {
  Panel panel{metric, {}};
  for (const Style& style : kStyles) {
    Series series{style, {}};
    for (const EpochRecord& epoch : epochs) {
      const std::optional<double> value = epoch.metric(style.split, metric);
      if (value && std::isfinite(*value)) series.points.push_back({epoch.step, *value});
    }
    if (!series.points.empty()) panel.series.push_back(std::move(series));
  }
  return panel;
}

/// Whether two metrics are the same numbers, as the rate of a network and that of its only population.
bool are_equal(const Panel& a, const Panel& b) {
  return std::ranges::equal(a.series, b.series, [](const Series& first, const Series& second) {
    return std::ranges::equal(first.points, second.points, {}, &CurvePoint::value, &CurvePoint::value);
  });
}

/// The smallest and largest steps and values of a panel.
struct Extent {
  double first_step = std::numeric_limits<double>::max(), last_step = 0.0;
  double low = std::numeric_limits<double>::max(), high = std::numeric_limits<double>::lowest();

  explicit Extent(const Panel& panel) {
    for (const Series& series : panel.series) {
      first_step = std::min(first_step, static_cast<double>(series.points.front().step));
      last_step = std::max(last_step, static_cast<double>(series.points.back().step));
      for (const CurvePoint& point : series.points) {
        low = std::min(low, point.value);
        high = std::max(high, point.value);
      }
    }
  }
};

/// The dot, of `dots`, that a value between two bounds falls on.
std::size_t dot(double value, double low, double high, std::size_t dots) {
  const double share = high > low ? (value - low) / (high - low) : 0.5;
  return static_cast<std::size_t>(std::lround(share * static_cast<double>(dots - 1)));
}

void draw(TextCanvas& canvas, const Series& series, const Extent& extent) {
  const auto x = [&](const CurvePoint& point) {
    return dot(static_cast<double>(point.step), extent.first_step, extent.last_step, canvas.width());
  };
  const auto y = [&](const CurvePoint& point) {
    return canvas.height() - 1 - dot(point.value, extent.low, extent.high, canvas.height());
  };
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    const CurvePoint &from = series.points[i == 0 ? 0 : i - 1], &to = series.points[i];
    canvas.line(x(from), y(from), x(to), y(to), series.style.color, series.style.mark);
  }
}

/// The metric, and which line is which split.
std::string heading(const Panel& panel, bool braille, std::size_t columns, const Terminal& terminal) {
  std::string legend;
  std::size_t width = panel.metric.size() + 1;
  for (const Series& series : panel.series) {
    const std::string name = braille ? series.style.split : fmt::format("{} {}", series.style.mark, series.style.split);
    legend += " " + terminal.paint(fmt::fg(series.style.color), name);
    width += 1 + name.size();
  }
  return fmt::format("{}:{}{}\n", panel.metric, width > columns ? "\n" : "", legend);
}

std::string panel_text(const Panel& panel, std::size_t columns, const Terminal& terminal) {
  const bool braille = terminal.utf8 && (terminal.color || panel.series.size() == 1);  // dots do not tell lines apart
  const Extent extent(panel);
  TextCanvas canvas(columns - kLabel - 2, kRows, braille);
  for (const Series& series : panel.series) draw(canvas, series, extent);
  std::string out = heading(panel, braille, columns, terminal);
  for (std::size_t row = 0; row < kRows; ++row) {
    const std::string label = row == 0           ? metric_text(extent.high, kLabel)
                              : row + 1 == kRows ? metric_text(extent.low, kLabel)
                                                 : std::string();
    out += fmt::format("{:>{}} {}{}\n", label, kLabel, terminal.utf8 ? "│" : "|", canvas.row(row, terminal));
  }
  const std::string first = fmt::format("step {:.0f}", extent.first_step),
                    last = fmt::format("{:.0f}", extent.last_step);
  const std::size_t room = columns - kLabel - 2 - std::min(columns - kLabel - 2, first.size());
  return out + fmt::format("{:{}}{}{:>{}}\n", "", kLabel + 2, first, last, room);
}

}  // namespace

std::string plot_run(const std::filesystem::path& run, const Terminal& terminal) {
  if (!is_run_directory(run)) {
    throw DataError(fmt::format("{}: is not a run directory (it has no config.toml)", run.string()));
  }
  const std::filesystem::path file = run / "metrics.jsonl";
  const std::vector<EpochRecord> epochs =
      std::filesystem::exists(file) ? read_epochs(file) : std::vector<EpochRecord>();
  if (epochs.empty()) throw DataError(fmt::format("{}: has no epochs yet", run.string()));
  const std::size_t columns = std::clamp(terminal.columns, kLeastColumns, kMostColumns);
  std::string out;
  std::vector<Panel> panels;
  for (const std::string& metric : metrics_in(epochs)) {
    Panel panel = panel_of(epochs, metric);
    const auto repeats = [&](const Panel& other) { return are_equal(panel, other); };
    if (panel.series.empty() || std::ranges::any_of(panels, repeats)) continue;
    out += (out.empty() ? "" : "\n") + panel_text(panel, columns, terminal);
    panels.push_back(std::move(panel));
  }
  return out;
}

}  // namespace hetsyn::cli
