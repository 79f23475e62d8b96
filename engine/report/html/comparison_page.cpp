#include "report/html/comparison_page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "report/html/group_curves.hpp"
#include "report/html/outcome.hpp"
#include "report/metric_range.hpp"
#include "report/report_cells.hpp"

namespace hetsyn {
namespace {

constexpr std::array<std::size_t, kQuantities.size()> kShownOrder{2, 1, 3, 0};  // of kQuantities: tests first
constexpr const char* kIntervals =
    "Cells are mean ± standard deviation over seeds [95 % interval of the mean, Student's t; of accuracies cut off at "
    "0 and "
    "1, of their differences at −1 and 1].";

template <class Value>
std::set<Value> distinct(const RunTable& table, Value (*of)(const RunGroup&)) {
  std::set<Value> values;
  for (const RunGroup& group : table.groups) values.insert(of(group));
  return values;
}

std::set<std::string> tasks_of(const RunTable& table) {
  return distinct<std::string>(table, [](const RunGroup& group) { return group.task; });
}

std::set<std::string> data_of(const RunTable& table) {
  return distinct<std::string>(table, [](const RunGroup& group) { return group.data_label; });
}

Settings settings_of(const RunTable& table, const RunGroup& group) {
  Settings settings;
  for (const auto& [key, value] : group.settings) settings[key] = plain(value);
  settings["model.neuron"] = group.model;
  if (tasks_of(table).size() > 1) settings["task"] = group.task;
  if (data_of(table).size() > 1) settings["data"] = group.data_label;
  return settings;
}

std::string note_of(std::uint64_t seed, const FinishedRun& run) {
  return fmt::format("seed {}, {}", seed, run.directory.string());
}

Measure measure_of(const RunTable& table, const std::string& metric, std::size_t quantity) {
  Measure measure{.title = fmt::format("{} ({})", metric, kQuantities[quantity].title),
                  .metric = metric,
                  .outcomes = {},
                  .range = range_of_metric(metric)};
  for (const RunGroup& group : table.groups) {
    Outcome outcome{.settings = settings_of(table, group), .values = group.by_seed(quantity, metric), .notes = {}};
    for (const auto& [seed, run] : group.runs) outcome.notes[seed] = note_of(seed, run);
    measure.outcomes.push_back(std::move(outcome));
  }
  return measure;
}

/// The metrics that select models first.
std::vector<std::string> metrics_of(const RunTable& table) {
  std::set<std::string> selecting, all;
  for (const RunGroup& group : table.groups) {
    selecting.insert(group.metric);
    for (const auto& [seed, run] : group.runs) {
      for (const auto& [metric, results] : run.results) all.insert(metric);
    }
  }
  std::vector<std::string> metrics(all.begin(), all.end());
  std::stable_partition(metrics.begin(), metrics.end(),
                        [&](const std::string& metric) { return selecting.contains(metric); });
  return metrics;
}

std::vector<Measure> measures_of(const RunTable& table) {
  std::vector<Measure> measures;
  for (const std::string& metric : metrics_of(table)) {
    for (const std::size_t quantity : kShownOrder) measures.push_back(measure_of(table, metric, quantity));
  }
  return measures;
}

// ---- Tables ------------------------------------------------------------------------------------------------------

std::vector<std::string> with_quantities(std::vector<std::string> cells) {
  for (const std::size_t q : kShownOrder) cells.emplace_back(kQuantities[q].title);
  return cells;
}

Table groups_table(const RunTable& table) {
  Table out{.title = "Runs by configuration",
            .header = with_quantities({"configuration", "task", "data", "metric", "seeds", "parameters", "epochs"})};
  out.header.emplace_back("seconds a run");
  for (const RunGroup& group : table.groups) {
    std::vector<std::string> cells{group.name(),
                                   group.task,
                                   group.data_label,
                                   group.metric,
                                   std::to_string(group.runs.size()),
                                   std::to_string(group.parameters),
                                   std::to_string(group.epochs)};
    for (const std::size_t q : kShownOrder)
      cells.push_back(spread_cell(spread_of(group.values(q), range_of_metric(group.metric))));
    cells.push_back(fmt::format("{:.1f}", spread_of(group.seconds()).mean));
    out.rows.push_back(std::move(cells));
  }
  return out;
}

Table runs_table(const RunTable& table) {
  Table out{.title = "Every run, by the metric that selects models",
            .header = with_quantities({"run", "configuration", "seed"})};
  out.header.emplace_back("seconds");
  for (const RunGroup& group : table.groups) {
    for (const auto& [seed, run] : group.runs) {
      std::vector<std::string> cells{run.directory.string(), group.name(), std::to_string(seed)};
      const auto results = run.results.find(group.metric);
      for (const std::size_t q : kShownOrder) {
        const bool known = results != run.results.end() && results->second[q];
        cells.push_back(known ? fmt::format("{:.4g}", *results->second[q]) : "–");
      }
      cells.push_back(fmt::format("{:.1f}", run.seconds));
      out.rows.push_back(std::move(cells));
    }
  }
  return out;
}

Table comparisons_table(std::span<const Comparison> comparisons) {
  Table out{.title = "Paired differences over common seeds", .header = with_quantities({"difference", "common seeds"})};
  for (const Comparison& comparison : comparisons) {
    std::vector<std::string> cells{fmt::format("{} − {}", comparison.first->name(), comparison.second->name()),
                                   std::to_string(comparison.seeds.size())};
    for (const std::size_t q : kShownOrder) {
      cells.push_back(spread_cell(spread_of(comparison.differences[q], range_of_difference(comparison.first->metric))));
    }
    out.rows.push_back(std::move(cells));
  }
  return out;
}

Table uncounted_table(const RunTable& table) {
  Table out{.title = "Runs that did not finish", .header = {"run", "state"}};
  for (const UncountedRun& run : table.uncounted) out.rows.push_back({run.run, run.status});
  return out;
}

// ---- Sections ----------------------------------------------------------------------------------------------------

Section facts(const RunTable& table) {
  const auto metrics = distinct<std::string>(table, [](const RunGroup& group) { return group.metric; });
  const auto protocols = distinct<std::string>(table, [](const RunGroup& group) { return group.protocol; });
  std::size_t runs = 0;
  double seconds = 0.0;
  for (const RunGroup& group : table.groups) {
    runs += group.runs.size();
    const std::vector<double> each = group.seconds();
    seconds = std::accumulate(each.begin(), each.end(), seconds);
  }
  return {.title = "The runs",
          .tables = {{.title = "",
                      .rows = {{"Task", fmt::format("{}", fmt::join(tasks_of(table), ", "))},
                               {"Data", fmt::format("{}", fmt::join(data_of(table), "; "))},
                               {"Protocol", fmt::format("{}", fmt::join(protocols, ", "))},
                               {"Metric that selects models", fmt::format("{}", fmt::join(metrics, ", "))},
                               {"Finished runs", std::to_string(runs)},
                               {"Configurations", std::to_string(table.groups.size())},
                               {"Runs that did not finish", std::to_string(table.uncounted.size())},
                               {"Training", fmt::format("{:.1f} minutes in all", seconds / 60.0)}}}}};
}

Section differences(const RunTable& table, const std::vector<Measure>& measures,
                    std::span<const Comparison> comparisons) {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (const Comparison& comparison : comparisons) {
    pairs.emplace_back(comparison.first - table.groups.data(), comparison.second - table.groups.data());
  }
  return difference_section(measures, pairs);
}

Section curves(const RunTable& table) {
  std::vector<Settings> settings;
  for (const RunGroup& group : table.groups) settings.push_back(settings_of(table, group));
  const std::vector<std::string> names = names_of(settings);
  std::vector<CurveGroup> groups;
  for (std::size_t i = 0; i < table.groups.size(); ++i) {
    CurveGroup group{.name = names[i].empty() ? table.groups[i].model : names[i], .runs = {}};
    for (const auto& [seed, run] : table.groups[i].runs) group.runs.push_back({run.directory, note_of(seed, run)});
    groups.push_back(std::move(group));
  }
  const std::string first = table.groups.empty() ? "" : table.groups.front().metric;
  return {.title = "Learning curves", .figures = curve_figures(groups, first), .choice = "Metric"};
}

Section tables(const RunTable& table, std::span<const Comparison> comparisons) {
  Section section{.title = "All runs", .text = {kIntervals}, .tables = {groups_table(table)}};
  if (!comparisons.empty()) section.tables.push_back(comparisons_table(comparisons));
  section.tables.push_back(runs_table(table));
  return section;
}

std::vector<std::string> notices(const RunTable& table) {
  std::vector<std::string> out;
  const bool standin = std::ranges::any_of(table.groups, [](const RunGroup& group) { return group.data.standin; });
  if (standin)
    out.emplace_back("Runs with \"(stand-in)\" are on synthetic data in the place of a data set that was not there.");
  if (table.groups.empty()) out.emplace_back("None of these runs has finished: there is nothing to compare yet.");
  if (data_of(table).size() > 1)
    out.emplace_back("The runs are on different data; results on different data are not compared.");
  const bool single = std::ranges::any_of(table.groups, [](const RunGroup& group) { return group.runs.size() == 1; });
  if (single) out.emplace_back("A configuration with one seed has no standard deviation and no interval.");
  return out;
}

}  // namespace

Page comparison_page(const RunTable& table) {
  const std::vector<Measure> measures = measures_of(table);
  const std::vector<Comparison> comparisons = compare_groups(table);
  Page page{.title = "Comparison of runs", .notices = notices(table)};
  page.sections.push_back(facts(table));
  std::ranges::move(outcome_sections(measures), std::back_inserter(page.sections));
  page.sections.push_back(differences(table, measures, comparisons));
  page.sections.push_back(curves(table));
  if (!table.groups.empty()) page.sections.push_back(tables(table, comparisons));
  if (!table.uncounted.empty()) page.sections.push_back({.title = "Not counted", .tables = {uncounted_table(table)}});
  tell_figures_apart(page);
  return page;
}

}  // namespace hetsyn
