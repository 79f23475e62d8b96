#include "report/html/sweep_page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/json_file.hpp"
#include "report/html/group_curves.hpp"
#include "report/html/outcome.hpp"
#include "report/metric_range.hpp"
#include "report/report_cells.hpp"
#include "sweep/directory.hpp"

namespace hetsyn {
namespace {

constexpr const char* kIntervals =
    "Cells are mean ± standard deviation over training seeds [95 % interval of the mean, Student's t; of accuracies "
    "cut off "
    "at 0 and 1, of their differences at −1 and 1]. Draws of damage are averaged before.";

std::set<std::string> data_of(const SweepTable& table) {
  std::set<std::string> labels;
  for (const Condition& condition : table.conditions) {
    if (condition.data) labels.insert(condition.data_label);
  }
  return labels;
}

std::vector<Settings> settings_of(const SweepTable& table) {
  const bool several = data_of(table).size() > 1;
  std::vector<Settings> all;
  for (const Condition& condition : table.conditions) {
    Settings settings;
    for (const auto& [key, value] : condition.settings) settings[key] = plain(value);
    if (several && condition.data) settings["data"] = condition.data_label;
    all.push_back(std::move(settings));
  }
  return all;
}

/// The one that selects models first.
std::vector<std::string> metrics_of(const SweepTable& table) {
  std::set<std::string> selecting, all;
  for (const Condition& condition : table.conditions) {
    selecting.insert(condition.metric);
    for (const auto& [name, values] : condition.metrics) all.insert(name);
  }
  std::vector<std::string> metrics(all.begin(), all.end());
  std::stable_partition(metrics.begin(), metrics.end(),
                        [&](const std::string& metric) { return selecting.contains(metric); });
  return metrics;
}

std::string note_of(std::uint64_t seed, const std::string& model) {
  return fmt::format("seed {}, models/{}", seed, model);
}

std::vector<Measure> measures_of(const SweepTable& table) {
  const std::vector<Settings> settings = settings_of(table);
  std::vector<Measure> measures;
  for (const std::string& metric : metrics_of(table)) {
    Measure measure{.title = metric, .metric = metric, .outcomes = {}, .range = range_of_metric(metric)};
    for (std::size_t i = 0; i < settings.size(); ++i) {
      const Condition& condition = table.conditions[i];
      Outcome outcome{.settings = settings[i], .values = condition.by_seed(metric), .notes = {}};
      for (const auto& [seed, model] : condition.models) outcome.notes[seed] = note_of(seed, model);
      measure.outcomes.push_back(std::move(outcome));
    }
    measures.push_back(std::move(measure));
  }
  return measures;
}

// ---- The models of a sweep ---------------------------------------------------------------------------------------

/// Models that differ only in their seed.
struct ModelGroup {
  Settings settings;                            ///< without those of damage
  std::map<std::uint64_t, std::string> models;  ///< by seed
};

std::vector<ModelGroup> models_of(const SweepTable& table) {
  const std::vector<Settings> settings = settings_of(table);
  std::vector<ModelGroup> groups;
  std::map<std::string, std::size_t> places;  // of models
  std::set<std::string> damage;               // settings that vary for one model
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const auto& models = table.conditions[i].models;
    if (models.empty()) continue;
    const auto [at, is_new] = places.try_emplace(models.begin()->second, groups.size());
    if (is_new) groups.push_back({settings[i], {}});
    ModelGroup& group = groups[at->second];
    group.models.insert(models.begin(), models.end());
    damage.merge(contrast_of(group.settings, settings[i]).keys());
  }
  for (ModelGroup& group : groups) {
    std::erase_if(group.settings, [&](const auto& setting) { return damage.contains(setting.first); });
  }
  return groups;
}

/// Those of the runs that are still there.
std::set<std::string> protocols_of(const SweepTable& table, const std::vector<ModelGroup>& groups) {
  std::set<std::string> protocols;
  for (const ModelGroup& group : groups) {
    for (const auto& [seed, model] : group.models) {
      const std::filesystem::path file = table.directory / "models" / model / "summary.json";
      std::error_code unreadable;
      if (std::filesystem::exists(file, unreadable))
        protocols.insert(read_json_object(file).text_or("protocol", "not recorded"));
    }
  }
  return protocols;
}

// ---- Tables ------------------------------------------------------------------------------------------------------

std::string finite(double value) { return std::isfinite(value) ? fmt::format("{:.1f}", value) : "–"; }

double mean_seconds(const Condition& condition) {
  std::vector<double> seconds;
  for (const auto& [seed, value] : condition.training_seconds) seconds.push_back(value);
  return spread_of(seconds).mean;
}

Table conditions_table(const SweepTable& table) {
  const std::vector<std::string> metrics = metrics_of(table);
  const std::vector<Settings> settings = settings_of(table);
  std::set<std::string> keys;
  for (const Settings& each : settings) {
    for (const auto& [key, value] : each) keys.insert(key);
  }
  Table out{.title = "Conditions", .header = {keys.begin(), keys.end()}};
  out.header.emplace_back("seeds");
  out.header.insert(out.header.end(), metrics.begin(), metrics.end());
  out.header.insert(out.header.end(), {"parameters", "seconds of training"});
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const Condition& condition = table.conditions[i];
    std::vector<std::string> cells;
    cells.reserve(out.header.size());
    for (const std::string& key : keys) cells.push_back(settings[i].contains(key) ? settings[i].at(key) : "–");
    cells.push_back(std::to_string(condition.training_seconds.size()));
    for (const std::string& metric : metrics) {
      cells.push_back(spread_cell(spread_of(condition.values(metric), range_of_metric(metric))));
    }
    cells.push_back(std::to_string(condition.parameters));
    cells.push_back(finite(mean_seconds(condition)));
    out.rows.push_back(std::move(cells));
  }
  return out;
}

Table comparisons_table(std::span<const SweepComparison> comparisons) {
  Table out{.title = "Paired differences of models, by the metric that selects them",
            .header = {"first", "second", "both", "common seeds", "first − second"}};
  for (const SweepComparison& comparison : comparisons) {
    const Contrast contrast = contrast_of(comparison.first->settings, comparison.second->settings);
    const Spread spread = spread_of(comparison.differences, range_of_difference(comparison.first->metric));
    out.rows.push_back({settings_text(contrast.first), settings_text(contrast.second), settings_text(contrast.common),
                        std::to_string(comparison.seeds.size()), spread_cell(spread)});
  }
  return out;
}

Table uncounted_table(const SweepTable& table) {
  Table out{.title = "", .header = {"point", "settings", "reason"}};
  for (const UncountedPoint& point : table.uncounted) {
    out.rows.push_back({point.hash, settings_text(point.settings), point.reason});
  }
  return out;
}

// ---- Sections ----------------------------------------------------------------------------------------------------

/// "3 to 10", or "5".
std::string seeds_text(const SweepTable& table) {
  std::set<std::size_t> counts;
  for (const Condition& condition : table.conditions) {
    if (!condition.training_seconds.empty()) counts.insert(condition.training_seconds.size());
  }
  if (counts.empty()) return "none";
  return counts.size() == 1 ? std::to_string(*counts.begin())
                            : fmt::format("{} to {}", *counts.begin(), *counts.rbegin());
}

std::string training_text(const SweepTable& table) {
  std::map<std::string, double> seconds;  // by model
  for (const Condition& condition : table.conditions) {
    for (const auto& [seed, value] : condition.training_seconds) seconds[condition.models.at(seed)] = value;
  }
  double sum = 0.0;
  for (const auto& [model, value] : seconds) sum += value;
  return fmt::format("{} networks, {:.1f} minutes in all", seconds.size(), sum / 60.0);
}

Section facts(const SweepTable& table, const std::vector<ModelGroup>& models) {
  const std::vector<std::string> metrics = metrics_of(table);
  return {.title = "The sweep",
          .tables = {{.title = "",
                      .rows = {{"Task", table.task},
                               {"Data", fmt::format("{}", fmt::join(data_of(table), "; "))},
                               {"Evaluated on",
                                fmt::format("the {} split, with the {} checkpoint", table.split, table.checkpoint)},
                               {"Protocol", fmt::format("{}", fmt::join(protocols_of(table, models), ", "))},
                               {"Metric that selects models", metrics.empty() ? "" : metrics.front()},
                               {"Points with a result", fmt::format("{} of {}", table.finished, table.points)},
                               {"Conditions", std::to_string(table.conditions.size())},
                               {"Seeds of a condition", seeds_text(table)},
                               {"Training", training_text(table)}}}}};
}

Section differences(const SweepTable& table, const std::vector<Measure>& measures,
                    std::span<const SweepComparison> comparisons) {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (const SweepComparison& comparison : comparisons) {
    pairs.emplace_back(comparison.first - table.conditions.data(), comparison.second - table.conditions.data());
  }
  return difference_section(measures, pairs);
}

Section curves(const SweepTable& table, const std::vector<ModelGroup>& models) {
  std::vector<Settings> settings(models.size());
  std::ranges::transform(models, settings.begin(), &ModelGroup::settings);
  const std::vector<std::string> names = names_of(settings);
  std::vector<CurveGroup> groups;
  for (std::size_t i = 0; i < models.size(); ++i) {
    CurveGroup group{.name = names[i].empty() ? "all networks" : names[i], .runs = {}};
    for (const auto& [seed, model] : models[i].models) {
      group.runs.push_back({table.directory / "models" / model, note_of(seed, model)});
    }
    groups.push_back(std::move(group));
  }
  const std::vector<std::string> metrics = metrics_of(table);
  return {.title = "Learning curves",
          .figures = curve_figures(groups, metrics.empty() ? "" : metrics.front()),
          .choice = "Metric"};
}

Section tables(const SweepTable& table, std::span<const SweepComparison> comparisons, std::size_t left_out) {
  Section section{.title = "All conditions", .text = {kIntervals}, .tables = {conditions_table(table)}};
  if (comparisons.empty()) return section;
  section.tables.push_back(comparisons_table(comparisons));
  if (left_out > 0) {
    section.text.push_back(fmt::format(
        "{} pairs of models that differ in more settings are not here; engine report --csv and --json have them.",
        left_out));
  }
  return section;
}

std::vector<std::string> notices(const SweepTable& table) {
  std::vector<std::string> out;
  const bool standin = std::ranges::any_of(
      table.conditions, [](const Condition& condition) { return condition.data && condition.data->standin; });
  if (standin)
    out.emplace_back(
        "Results with \"(stand-in)\" are on synthetic data in the place of a data set that was not there.");
  if (table.finished == 0) {
    out.emplace_back("No point of this sweep has a result yet.");
  } else if (table.finished < table.points) {
    out.push_back(fmt::format("{} of {} points have no result; they are listed at the end.",
                              table.points - table.finished, table.points));
  }
  if (data_of(table).size() > 1)
    out.emplace_back("The points are on different data; results on different data are not averaged.");
  const bool single = std::ranges::any_of(
      table.conditions, [](const Condition& condition) { return condition.training_seconds.size() == 1; });
  if (single) out.emplace_back("A condition with one seed has no standard deviation and no interval.");
  if (table.obsolete > 0) {
    out.push_back(fmt::format(
        "{} files in points/ are of points that the sweep does not have now; they are not counted.", table.obsolete));
  }
  return out;
}

}  // namespace

Page sweep_page(const SweepTable& table) {
  const std::vector<Measure> measures = measures_of(table);
  const std::vector<ModelGroup> models = models_of(table);
  std::vector<SweepComparison> comparisons = compare_models(table);
  const std::size_t left_out = keep_closest(comparisons);
  Page page{
      .title = fmt::format("Sweep of {}", table.task), .subtitle = table.directory.string(), .notices = notices(table)};
  page.sections.push_back(facts(table, models));
  std::ranges::move(outcome_sections(measures), std::back_inserter(page.sections));
  page.sections.push_back(differences(table, measures, comparisons));
  page.sections.push_back(curves(table, models));
  page.sections.push_back(tables(table, comparisons, left_out));
  if (!table.uncounted.empty())
    page.sections.push_back({.title = "Without a result", .tables = {uncounted_table(table)}});
  tell_figures_apart(page);
  return page;
}

}  // namespace hetsyn
