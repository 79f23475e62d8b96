#include "report/html/outcome.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <optional>
#include <set>

#include "report/metric_range.hpp"
#include "report/report_cells.hpp"

namespace hetsyn {
namespace {

constexpr std::size_t kShownAtFirst = 8;  // series: as many as there are colours
constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

/// Outcomes that differ only in the setting along the x axis.
struct Row {
  Settings settings;  ///< the others
  std::vector<const Outcome*> outcomes;
};

// ---- The values of a setting -------------------------------------------------------------------------------------

std::string value_in(const Outcome& outcome, const std::string& key) {
  const auto at = outcome.settings.find(key);
  return at == outcome.settings.end() ? "not set" : at->second;
}

/// "0.5", or "[100]" of a list with one number.
std::optional<double> number_in(std::string text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return text.empty() || *end != '\0' || !std::isfinite(value) ? std::nullopt : std::optional(value);
}

/// The positions along an axis: numbers, or the places of categories in their order.
class Positions {
 public:
  Positions(const std::string& key, std::span<const Row> rows) : key_(key) {
    for (const Row& row : rows) {
      for (const Outcome* const outcome : row.outcomes) add(value_in(*outcome, key));
    }
  }
  [[nodiscard]] bool numeric() const { return numeric_; }
  [[nodiscard]] double of(const Outcome& outcome) const {
    const std::string value = value_in(outcome, key_);
    return numeric_ ? *number_in(value)
                    : static_cast<double>(std::ranges::find(categories_, value) - categories_.begin());
  }
  [[nodiscard]] Axis axis() const {
    Axis axis{.title = key_ == "model.neuron" ? "model"
                       : key_.empty()         ? "condition"
                                              : key_,
              .unit = numeric_ ? unit_of(key_) : ""};
    if (!numeric_) axis.categories = categories_;
    axis.logarithmic = numeric_ && low_ > 0.0 && high_ / low_ >= 50.0;
    return axis;
  }
  /// The ends of a line along the whole axis, which is numeric.
  [[nodiscard]] std::vector<double> ends() const { return {low_, high_}; }

 private:
  void add(const std::string& value) {
    if (std::ranges::find(categories_, value) == categories_.end()) categories_.push_back(value);
    const std::optional<double> number = number_in(value);
    numeric_ = numeric_ && number;
    low_ = std::min(low_, number.value_or(low_));
    high_ = std::max(high_, number.value_or(high_));
  }

  std::string key_;
  std::vector<std::string> categories_;
  bool numeric_ = true;
  double low_ = std::numeric_limits<double>::infinity(), high_ = -low_;
};

// ---- Rows --------------------------------------------------------------------------------------------------------

/// All outcomes with results, in rows along a setting.
std::vector<Row> rows_along(const std::string& key, std::span<const Outcome> outcomes) {
  std::vector<Row> rows;
  std::map<Settings, std::size_t> places;
  for (const Outcome& outcome : outcomes) {
    if (outcome.values.empty()) continue;
    Settings others = outcome.settings;
    others.erase(key);
    const auto [at, is_new] = places.try_emplace(others, rows.size());
    if (is_new) rows.push_back({std::move(others), {}});
    rows[at->second].outcomes.push_back(&outcome);
  }
  return rows;
}

/// The settings along which at least one row has several outcomes, those of models last. Pairs stand beside each other
/// only if nothing else can.
std::vector<std::string> axes_of(std::span<const Outcome> outcomes) {
  std::set<std::string> keys;
  for (const Outcome& outcome : outcomes) {
    for (const auto& [key, value] : outcome.settings) keys.insert(key);
  }
  std::vector<std::string> axes;
  for (const std::string& key : keys) {
    const std::vector<Row> rows = rows_along(key, outcomes);
    if (std::ranges::any_of(rows, [](const Row& row) { return row.outcomes.size() > 1; })) axes.push_back(key);
  }
  if (axes.size() > 1) std::erase(axes, "pair");
  std::stable_partition(axes.begin(), axes.end(), [](const std::string& key) { return !key.starts_with("model."); });
  return axes;
}

// ---- Series ------------------------------------------------------------------------------------------------------

std::string seeds_text(std::size_t count) {
  return count == 1 ? "one seed: no interval" : fmt::format("mean of {} seeds", count);
}

bool single_seeds(const Row& row) {
  return std::ranges::all_of(row.outcomes, [](const Outcome* outcome) { return outcome->values.size() == 1; });
}

Spread spread_in(const Outcome& outcome, const Range& range) {
  std::vector<double> values;
  for (const auto& [seed, value] : outcome.values) values.push_back(value);
  return spread_of(values, range);
}

/// Means with their intervals; of a row with one seed in each, its values.
Series means(const Row& row, const Positions& positions, const Range& range) {
  Series series{.name = "", .mark = positions.numeric() ? Mark::line : Mark::bars};
  const bool single = single_seeds(row);
  for (const Outcome* const outcome : row.outcomes) {
    const Spread spread = spread_in(*outcome, range);
    series.x.push_back(positions.of(*outcome));
    series.y.push_back(spread.mean);
    series.low.push_back(spread.n > 1 ? spread.low95() : kUndefined);
    series.high.push_back(spread.n > 1 ? spread.high95() : kUndefined);
    series.notes.push_back(single ? outcome->notes.begin()->second : seeds_text(spread.n));
  }
  if (single) series.low = series.high = {};
  return series;
}

Series single_values(const Row& row, const Positions& positions) {
  Series series{.name = "", .mark = Mark::points};
  for (const Outcome* const outcome : row.outcomes) {
    for (const auto& [seed, value] : outcome->values) {
      series.x.push_back(positions.of(*outcome));
      series.y.push_back(value);
      series.notes.push_back(outcome->notes.at(seed));
    }
  }
  return series;
}

/// Mean and single values of each row, under one name in the legend.
std::vector<Series> series_of(std::span<const Row> rows, const Positions& positions, const Measure& measure) {
  std::vector<Settings> settings;
  for (const Row& row : rows) settings.push_back(row.settings);
  const std::vector<std::string> names = names_of(settings);
  std::vector<Series> all;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<Series> both{means(rows[i], positions, measure.range)};
    if (!single_seeds(rows[i])) both.push_back(single_values(rows[i], positions));
    for (Series& series : both) {
      series.name = names[i].empty() ? measure.title : names[i];
      series.colour = i;
      series.shown = i < kShownAtFirst;
      all.push_back(std::move(series));
    }
  }
  return all;
}

// ---- Figures -----------------------------------------------------------------------------------------------------

std::string caption_of(std::span<const Row> rows, const Measure& measure, std::size_t left_out) {
  std::size_t least = std::numeric_limits<std::size_t>::max(), most = 0;
  for (const Row& row : rows) {
    for (const Outcome* const outcome : row.outcomes) {
      least = std::min(least, outcome->values.size());
      most = std::max(most, outcome->values.size());
    }
  }
  const std::string_view what =
      measure.is_difference ? "the difference first − second of each seed" : "single networks";
  const std::string seeds = least == most ? std::to_string(most) : fmt::format("{} to {}", least, most);
  std::string text = most == 1 ? fmt::format("Shown are {}; there is one seed each, and so no interval.", what)
                               : fmt::format(
                                     "Points are {}; beside them their mean over {} seeds with its 95 % interval "
                                     "(Student's t).",
                                     what, seeds);
  if (least == 1 && most > 1) text += " One seed alone has no interval.";
  std::vector<Settings> settings;
  for (const Row& row : rows) settings.push_back(row.settings);
  if (const std::string common = common_text(settings); !common.empty()) text += fmt::format(" All with {}.", common);
  if (rows.size() > kShownAtFirst) {
    text += fmt::format(" Of {} series the first {} are shown at first; the legend shows the others.", rows.size(),
                        kShownAtFirst);
  }
  if (left_out > 0)
    text += fmt::format(" Not drawn: {} conditions for which there is only one value of this setting.", left_out);
  return text;
}

Series no_difference(const Positions& positions) {
  return {.name = "no difference", .x = positions.ends(), .y = {0.0, 0.0}, .dashed = true, .colour = 7};
}

Figure figure_of(const std::string& key, std::span<const Row> rows, const Measure& measure, std::size_t left_out) {
  const Positions positions(key, rows);
  Figure figure{.name = figure_name(fmt::format("{}-over-{}", measure.title, key)),
                .title = key.empty() ? measure.title : fmt::format("{} over {}", measure.title, key),
                .caption = caption_of(rows, measure, left_out),
                .x = positions.axis(),
                .panels = {{.y = {.title = measure.is_difference ? "difference of " + measure.metric : measure.metric,
                                  .unit = unit_of(measure.metric)},
                            .series = series_of(rows, positions, measure)}}};
  figure.panels.front().y.range = readable_range(figure.panels.front().series);
  if (figure.panels.front().y.range) figure.caption += kCutOff;
  if (measure.is_difference && positions.numeric()) figure.panels.front().series.push_back(no_difference(positions));
  return figure;
}

/// The rows that have several outcomes, sorted along the axis.
Figure figure_over(const std::string& key, const Measure& measure) {
  std::vector<Row> rows = rows_along(key, measure.outcomes);
  const std::size_t left_out = std::erase_if(rows, [](const Row& row) { return row.outcomes.size() < 2; });
  const Positions positions(key, rows);
  for (Row& row : rows) {
    std::ranges::stable_sort(row.outcomes, {}, [&](const Outcome* outcome) { return positions.of(*outcome); });
  }
  return figure_of(key, rows, measure, left_out);
}

/// All conditions beside each other.
Figure figure_of_all(const Measure& measure) {
  std::vector<Settings> settings;
  for (const Outcome& outcome : measure.outcomes) settings.push_back(outcome.settings);
  const std::vector<std::string> names = names_of(settings);
  std::vector<Outcome> named = measure.outcomes;
  for (std::size_t i = 0; i < named.size(); ++i) {
    named[i].settings = {{"", names[i].empty() ? common_text(settings) : names[i]}};
  }
  return figure_of("", rows_along("", named), measure, 0);
}

bool has_results(const Measure& measure) {
  return std::ranges::any_of(measure.outcomes, [](const Outcome& outcome) { return !outcome.values.empty(); });
}

}  // namespace

std::vector<Measure> differences_of(const Measure& measure,
                                    std::span<const std::pair<std::size_t, std::size_t>> pairs) {
  std::map<std::string, Measure> by_keys;
  for (const auto& [i, j] : pairs) {
    const Outcome &first = measure.outcomes[i], &second = measure.outcomes[j];
    const Contrast contrast = contrast_of(first.settings, second.settings);
    Measure& differences = by_keys[contrast.keys_text()];
    const std::vector<std::string> names = names_of(std::vector<Settings>{contrast.first, contrast.second});
    Outcome outcome{contrast.common, {}, {}};
    outcome.settings["pair"] = fmt::format("{} − {}", names[0], names[1]);
    for (const auto& [seed, value] : first.values) {
      const auto other = second.values.find(seed);
      if (other == second.values.end()) continue;
      outcome.values[seed] = value - other->second;
      outcome.notes[seed] = fmt::format("seed {}", seed);
    }
    differences.outcomes.push_back(std::move(outcome));
  }
  std::vector<Measure> all;
  for (auto& [keys, differences] : by_keys) {
    differences.title = fmt::format("{}, difference by {}", measure.title, keys);
    differences.metric = measure.metric;
    differences.range = range_of_difference(measure.metric);
    differences.is_difference = true;
    all.push_back(std::move(differences));
  }
  return all;
}

std::vector<Section> outcome_sections(std::span<const Measure> measures) {
  std::vector<std::pair<std::string, Section>> sections;  // by key
  const auto section_over = [&](const std::string& key, const std::string& title) -> Section& {
    const auto at = std::ranges::find(sections, key, &std::pair<std::string, Section>::first);
    if (at != sections.end()) return at->second;
    return sections.emplace_back(key, Section{.title = title, .choice = "Metric"}).second;
  };
  for (const Measure& measure : measures) {
    if (!has_results(measure)) continue;
    const std::vector<std::string> axes = axes_of(measure.outcomes);
    for (const std::string& key : axes) {
      section_over(key, "Over " + key).figures.push_back(figure_over(key, measure));
    }
    if (axes.empty()) section_over("", "Results").figures.push_back(figure_of_all(measure));
  }
  std::vector<Section> out;
  out.reserve(sections.size());
  for (auto& [key, section] : sections) out.push_back(std::move(section));
  return out;
}

Section difference_section(std::span<const Measure> measures,
                           std::span<const std::pair<std::size_t, std::size_t>> pairs) {
  Section all{.title = "Paired differences", .choice = "Figure"};
  for (const Measure& measure : measures) {
    for (Section& section : outcome_sections(differences_of(measure, pairs))) {
      std::ranges::move(section.figures, std::back_inserter(all.figures));
    }
  }
  return all;
}

std::string unit_of(const std::string& name) {
  if (name.ends_with("_ms")) return "ms";
  return name.ends_with("_hz") ? "Hz" : "";
}

std::optional<std::pair<double, double>> readable_range(std::span<const Series> series) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::pair<double, double> values{kInfinity, -kInfinity}, bounds = values;
  const auto take_in = [](std::pair<double, double>& range, const std::vector<double>& more) {
    for (const double value : more) {
      if (std::isfinite(value)) range = {std::min(range.first, value), std::max(range.second, value)};
    }
  };
  for (const Series& each : series) {
    take_in(values, each.y);
    take_in(bounds, each.low);
    take_in(bounds, each.high);
    if (each.mark == Mark::bars) take_in(values, {0.0});
  }
  const double room = values.second - values.first;
  const std::pair<double, double> most{values.first - room, values.second + room};
  if (!(room > 0.0) || (bounds.first >= most.first && bounds.second <= most.second)) return std::nullopt;
  return std::pair(std::max(std::min(bounds.first, values.first), most.first),
                   std::min(std::max(bounds.second, values.second), most.second));
}

std::string spread_cell(const Spread& spread) {
  std::string cell;
  for (const char c : spread_text(spread)) {
    cell += c == ' ' ? std::string("\u00a0") : std::string(1, c);
  }
  const std::size_t interval = cell.find("\u00a0[");
  if (interval != std::string::npos) cell.replace(interval, 2, " ");
  return cell;
}

std::string figure_name(const std::string& text) {
  constexpr std::size_t kLongest = 80;
  std::string name;
  for (const char c : text.substr(0, kLongest)) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    if (plain) name += c;
    if (!plain && !name.empty() && name.back() != '-') name += '-';
  }
  return name;
}

void tell_figures_apart(Page& page) {
  std::set<std::string> names;
  for (Section& section : page.sections) {
    for (Figure& figure : section.figures) {
      const std::string base = figure.name;
      for (int number = 2; !names.insert(figure.name).second; ++number)
        figure.name = fmt::format("{}-{}", base, number);
    }
  }
}

}  // namespace hetsyn
