#include "report/sweep_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/json_text.hpp"
#include "core/text_table.hpp"
#include "report/contrast.hpp"
#include "report/metric_range.hpp"
#include "report/report_cells.hpp"
#include "run/data_json.hpp"
#include "sweep/json.hpp"

namespace hetsyn {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSeconds = "seconds of training";

std::set<std::string> keys_of(const SweepTable& table) {
  std::set<std::string> keys;
  for (const Condition& condition : table.conditions) {
    for (const auto& [key, value] : condition.settings) keys.insert(key);
  }
  return keys;
}

Spread spread_in(const Condition& condition, const std::string& metric) {
  return spread_of(condition.values(metric), range_of_metric(metric));
}

Spread spread_in(const SweepComparison& comparison) {
  return spread_of(comparison.differences, range_of_difference(comparison.first->metric));
}

Spread training_spread(const Condition& condition) {
  std::vector<double> seconds;
  for (const auto& [seed, value] : condition.training_seconds) seconds.push_back(value);
  return spread_of(seconds);
}

/// The value of a key; `otherwise` if it is absent.
std::string value_of(const SweepSettings& settings, const std::string& key, const std::string& otherwise) {
  const auto at = settings.find(key);
  return at == settings.end() ? otherwise : unquoted(at->second);
}

std::string or_dash(const std::string& text) { return text.empty() ? "–" : text; }

// ---- text --------------------------------------------------------------------------------------------------------

/// The labels of all data for which there are results.
std::set<std::string> data_labels_of(const SweepTable& table) {
  std::set<std::string> labels;
  for (const Condition& condition : table.conditions) {
    if (condition.data) labels.insert(condition.data_label);
  }
  return labels;
}

std::string heading(const SweepTable& table) {
  std::string text = fmt::format("{}, {} split, {} checkpoint: {} of {} points have a result", table.task, table.split,
                                 table.checkpoint, table.finished, table.points);
  const std::set<std::string> labels = data_labels_of(table);
  if (!labels.empty()) text += fmt::format("; data: {}", fmt::join(labels, "; "));
  return text + ".\n\n";
}

std::vector<std::string> condition_row(const Condition& condition, const std::set<std::string>& keys, bool with_data) {
  std::vector<std::string> cells;
  if (with_data) cells.push_back(or_dash(condition.data_label));
  for (const std::string& key : keys) cells.push_back(value_of(condition.settings, key, "–"));
  const Spread spread = spread_in(condition, condition.metric);
  const double seconds = training_spread(condition).mean;
  cells.insert(cells.end(),
               {or_dash(condition.metric), std::to_string(spread.n), spread_text(spread),
                std::to_string(condition.parameters), std::isfinite(seconds) ? fmt::format("{:.1f}", seconds) : "–"});
  return cells;
}

std::string conditions_text(const SweepTable& table, std::size_t columns) {
  const std::set<std::string> keys = keys_of(table);
  const bool several_data = data_labels_of(table).size() > 1;
  TextTable text{{keys.begin(), keys.end()}, keys.size() + (several_data ? 2 : 1), {"parameters", kSeconds}, {}};
  if (several_data) text.titles.insert(text.titles.begin(), "data");
  text.titles.insert(text.titles.end(), {"metric", "seeds", "result", "parameters", kSeconds});
  for (const Condition& condition : table.conditions) text.rows.push_back(condition_row(condition, keys, several_data));
  return table_text(text, columns) + spread_legend("training seeds", columns);
}

std::vector<std::string> comparison_row(const SweepComparison& comparison) {
  const Contrast contrast = contrast_of(comparison.first->settings, comparison.second->settings);
  return {or_dash(settings_text(contrast.first)), or_dash(settings_text(contrast.second)),
          or_dash(settings_text(contrast.common)), std::to_string(comparison.seeds.size()),
          spread_text(spread_in(comparison))};
}

std::string comparisons_text(const SweepTable& table, std::size_t columns) {
  std::vector<SweepComparison> comparisons = compare_models(table);
  if (comparisons.empty()) return "";
  const std::size_t left_out = keep_closest(comparisons);
  TextTable text{{"first", "second", "both", "common seeds", "first − second"}, 3, {}, {}};
  for (const SweepComparison& comparison : comparisons) text.rows.push_back(comparison_row(comparison));
  std::string out = "\nPaired differences of models over common seeds:\n\n" + table_text(text, columns);
  if (left_out > 0) {
    out +=
        wrapped(fmt::format("\nLeft out here, and part of --csv and --json: {} pairs that differ in more settings.\n",
                            left_out),
                columns);
  }
  return out;
}

// ---- JSON --------------------------------------------------------------------------------------------------------

Json condition_json(const Condition& condition) {
  Json out{{"settings", settings_json(condition.settings)}, {"neuron", condition.neuron}};
  out["data"] = condition.data ? to_json(*condition.data) : Json();
  out["metric"] = condition.metric;
  out["parameters"] = condition.parameters;
  out["planned_points"] = condition.planned;
  out["seeds"] = Json::array();
  for (const auto& [seed, seconds] : condition.training_seconds) out["seeds"].push_back(seed);
  out["metrics"] = Json::object();
  for (const auto& [name, values] : condition.metrics) {
    out["metrics"][name] = spread_json(spread_in(condition, name));
    out["metrics"][name]["values"] = condition.values(name);
  }
  out["training_seconds"] = spread_json(training_spread(condition));
  return out;
}

Json comparison_json(const SweepComparison& comparison) {
  return {{"first", settings_json(comparison.first->settings)},
          {"second", settings_json(comparison.second->settings)},
          {"metric", comparison.first->metric},
          {"seeds", comparison.seeds},
          {"difference", spread_json(spread_in(comparison))}};
}

// ---- CSV ---------------------------------------------------------------------------------------------------------

std::string csv_settings(const SweepSettings& settings, const std::set<std::string>& keys) {
  std::string out;
  for (const std::string& key : keys) out += fmt::format(",{}", csv_field(value_of(settings, key, "")));
  return out;
}

}  // namespace

std::string sweep_text(const SweepTable& table, std::size_t columns) {
  std::string out =
      wrapped(heading(table), columns) + conditions_text(table, columns) + comparisons_text(table, columns);
  if (!table.uncounted.empty()) out += fmt::format("\nWithout a result ({} points):\n\n", table.uncounted.size());
  for (const UncountedPoint& point : table.uncounted) {
    out += wrapped(fmt::format("- {} {}: {}\n", point.hash, settings_text(point.settings), point.reason), columns, 2);
  }
  if (table.obsolete > 0) {
    out += wrapped(
        fmt::format("\n{} files in points/ are of points that the sweep does not have now; they are not counted.\n",
                    table.obsolete),
        columns);
  }
  return out;
}

std::string sweep_json(const SweepTable& table) {
  Json out{{"task", table.task},     {"split", table.split},       {"checkpoint", table.checkpoint},
           {"points", table.points}, {"finished", table.finished}, {"obsolete", table.obsolete}};
  out["conditions"] = Json::array();
  for (const Condition& condition : table.conditions) out["conditions"].push_back(condition_json(condition));
  out["comparisons"] = Json::array();
  for (const SweepComparison& pair : compare_models(table)) out["comparisons"].push_back(comparison_json(pair));
  out["not_counted"] = Json::array();
  for (const UncountedPoint& point : table.uncounted) {
    out["not_counted"].push_back(
        {{"hash", point.hash}, {"settings", settings_json(point.settings)}, {"reason", point.reason}});
  }
  return json_text(out, 2) + "\n";
}

std::string sweep_csv(const SweepTable& table) {
  const std::set<std::string> keys = keys_of(table);
  std::string out = "kind,data";
  for (const std::string& key : keys) out += "," + key;
  out += ",metric,n,mean,sd,low95,high95\n";
  for (const Condition& condition : table.conditions) {
    const std::string head =
        fmt::format("condition,{}{}", csv_field(condition.data_label), csv_settings(condition.settings, keys));
    for (const auto& [name, values] : condition.metrics) {
      out += fmt::format("{},{},{}\n", head, name, csv_spread(spread_in(condition, name)));
    }
  }
  for (const SweepComparison& pair : compare_models(table)) {
    // A pair has two values for each key in which it differs.
    SweepSettings both = pair.first->settings;
    for (const auto& [key, value] : pair.second->settings) {
      if (both[key] != value) both[key] = unquoted(both[key]) + " - " + unquoted(value);
    }
    out += fmt::format("difference,{}{},{},{}\n", csv_field(pair.first->data_label), csv_settings(both, keys),
                       pair.first->metric, csv_spread(spread_in(pair)));
  }
  for (const UncountedPoint& point : table.uncounted) {
    out += fmt::format("not_counted,{},{},0,,,,\n", csv_settings(point.settings, keys), csv_field(point.reason));
  }
  return out;
}

}  // namespace hetsyn
