#include "report/report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "core/json_text.hpp"
#include "core/text_table.hpp"
#include "report/metric_range.hpp"
#include "report/report_cells.hpp"
#include "report/statistics.hpp"

namespace hetsyn {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSeconds = "seconds a run";

Spread spread_in(const RunGroup& group, std::size_t quantity) {
  return spread_of(group.values(quantity), range_of_metric(group.metric));
}

Spread spread_in(const Comparison& comparison, std::size_t quantity) {
  return spread_of(comparison.differences[quantity], range_of_difference(comparison.first->metric));
}

// ---- text --------------------------------------------------------------------------------------------------------

std::vector<std::string> group_row(const RunGroup& group) {
  std::vector<std::string> cells{group.task,
                                 group.data_label,
                                 group.name(),
                                 group.metric,
                                 std::to_string(group.parameters),
                                 std::to_string(group.runs.size()),
                                 std::to_string(group.epochs)};
  for (std::size_t q = 0; q < kQuantities.size(); ++q) cells.push_back(spread_text(spread_in(group, q)));
  cells.push_back(fmt::format("{:.0f}", spread_of(group.seconds()).mean));
  return cells;
}

std::vector<std::string> comparison_row(const Comparison& comparison) {
  std::vector<std::string> cells{fmt::format("{} − {}", comparison.first->name(), comparison.second->name()),
                                 std::to_string(comparison.seeds.size())};
  for (std::size_t q = 0; q < kQuantities.size(); ++q) cells.push_back(spread_text(spread_in(comparison, q)));
  return cells;
}

std::string groups_text(const RunTable& table, std::size_t columns) {
  if (table.groups.empty()) return "";
  TextTable text{{"task", "data", "model", "metric", "parameters", "seeds", "epochs"}, 4, {"parameters", kSeconds}, {}};
  for (const Quantity& quantity : kQuantities) text.titles.emplace_back(quantity.title);
  text.titles.emplace_back(kSeconds);
  for (const RunGroup& group : table.groups) text.rows.push_back(group_row(group));
  return table_text(text, columns) + spread_legend("seeds", columns);
}

std::string comparisons_text(const RunTable& table, std::size_t columns) {
  const std::vector<Comparison> comparisons = compare_groups(table);
  if (comparisons.empty()) return "";
  TextTable text{{"difference", "common seeds"}, 1, {}, {}};
  for (const Quantity& quantity : kQuantities) text.titles.emplace_back(quantity.title);
  for (const Comparison& comparison : comparisons) text.rows.push_back(comparison_row(comparison));
  return "\nPaired differences over common seeds:\n\n" + table_text(text, columns);
}

// ---- JSON --------------------------------------------------------------------------------------------------------

Json group_json(const RunGroup& group) {
  Json out{{"task", group.task},
           {"data", group.data.name},
           {"standin", group.data.standin},
           {"data_digest", group.data.digest},
           {"model", group.model},
           {"metric", group.metric},
           {"parameters", group.parameters},
           {"epochs", group.epochs}};
  out["settings"] = group.settings;
  out["seeds"] = Json::array();
  for (const auto& [seed, results] : group.runs) out["seeds"].push_back(seed);
  for (std::size_t q = 0; q < kQuantities.size(); ++q) {
    out["results"][std::string(kQuantities[q].key)] = spread_json(spread_in(group, q));
  }
  out["seconds"] = spread_of(group.seconds()).mean;
  return out;
}

Json comparison_json(const Comparison& comparison) {
  Json out;
  out["first"] = comparison.first->name();
  out["second"] = comparison.second->name();
  out["seeds"] = comparison.seeds;
  for (std::size_t q = 0; q < kQuantities.size(); ++q) {
    out["differences"][std::string(kQuantities[q].key)] = spread_json(spread_in(comparison, q));
  }
  return out;
}

// ---- CSV ---------------------------------------------------------------------------------------------------------

std::string csv_line(std::string_view kind, const RunGroup& group, const std::string& name, const Quantity& quantity,
                     const Spread& spread) {
  return fmt::format("{},{},{},{},{},{},{}\n", kind, csv_field(group.task), csv_field(group.data_label),
                     csv_field(name), csv_field(group.metric), quantity.key, csv_spread(spread));
}

}  // namespace

std::string report_text(const RunTable& table, std::size_t columns) {
  std::string out = groups_text(table, columns) + comparisons_text(table, columns);
  if (!table.uncounted.empty()) out += "\nNot counted:\n\n";
  for (const UncountedRun& run : table.uncounted)
    out += wrapped(fmt::format("- {}: {}\n", run.run, run.status), columns, 2);
  return out;
}

std::string report_json(const RunTable& table) {
  Json out{{"groups", Json::array()}, {"comparisons", Json::array()}, {"not_counted", Json::array()}};
  for (const RunGroup& group : table.groups) out["groups"].push_back(group_json(group));
  for (const Comparison& pair : compare_groups(table)) out["comparisons"].push_back(comparison_json(pair));
  for (const UncountedRun& run : table.uncounted) {
    out["not_counted"].push_back({{"run", run.run}, {"status", run.status}});
  }
  return json_text(out, 2) + "\n";
}

std::string report_csv(const RunTable& table) {
  std::string out = "kind,task,data,name,metric,quantity,n,mean,sd,low95,high95\n";
  for (const RunGroup& group : table.groups) {
    for (std::size_t q = 0; q < kQuantities.size(); ++q) {
      out += csv_line("runs", group, group.name(), kQuantities[q], spread_in(group, q));
    }
  }
  for (const Comparison& pair : compare_groups(table)) {
    const std::string name = fmt::format("{} - {}", pair.first->name(), pair.second->name());
    for (std::size_t q = 0; q < kQuantities.size(); ++q) {
      out += csv_line("difference", *pair.first, name, kQuantities[q], spread_in(pair, q));
    }
  }
  for (const UncountedRun& run : table.uncounted) {
    out += fmt::format("not_counted,,,{},,{},0,,,,\n", csv_field(run.run), csv_field(run.status));
  }
  return out;
}

}  // namespace hetsyn
