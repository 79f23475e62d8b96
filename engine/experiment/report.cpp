#include "experiment/report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "experiment/report_cells.hpp"
#include "experiment/statistics.hpp"

namespace hetsyn {
namespace {

using Json = nlohmann::ordered_json;

std::string settings_text(const RunGroup& group) {
  std::string text;
  for (const auto& [key, value] : group.settings)
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", key, value);
  return text;
}

/// "hetsyn_lif (model.dropout = 0.4)": tells the groups of a table apart.
std::string group_name(const RunGroup& group) {
  const std::string settings = settings_text(group);
  return settings.empty() ? group.model : fmt::format("{} ({})", group.model, settings);
}

std::string data_text(const RunGroup& group) { return group.data + (group.standin ? " (stand-in)" : ""); }

// ---- Markdown ----------------------------------------------------------------------------------------------------

std::string group_row(const RunGroup& group) {
  std::string row = fmt::format("| {} | {} | {} | {} | {} | {} | {} |", group.task, data_text(group), group_name(group),
                                group.metric, group.parameters, group.runs.size(), group.epochs);
  for (std::size_t q = 0; q < kQuantities.size(); ++q) {
    row += fmt::format(" {} |", spread_text(spread_of(group.values(q))));
  }
  return row + fmt::format(" {:.0f} |\n", spread_of(group.seconds).mean);
}

std::string comparison_row(const Comparison& comparison) {
  std::string row = fmt::format("| {} − {} | {} |", group_name(*comparison.first), group_name(*comparison.second),
                                comparison.seeds.size());
  for (const std::vector<double>& differences : comparison.differences) {
    row += fmt::format(" {} |", spread_text(spread_of(differences)));
  }
  return row + "\n";
}

std::string groups_markdown(const RunTable& table) {
  if (table.groups.empty()) return "";
  std::vector<std::string_view> titles{"task", "data", "model", "metric", "parameters", "seeds", "epochs"};
  for (const Quantity& quantity : kQuantities) titles.push_back(quantity.title);
  titles.emplace_back("seconds a run");
  std::string out = table_head(titles, 4);
  for (const RunGroup& group : table.groups) out += group_row(group);
  return out + "\nMean ± standard deviation over seeds [95 % interval of the mean, Student's t].\n";
}

std::string comparisons_markdown(const RunTable& table) {
  const std::vector<Comparison> comparisons = compare_groups(table);
  if (comparisons.empty()) return "";
  std::vector<std::string_view> titles{"difference", "common seeds"};
  for (const Quantity& quantity : kQuantities) titles.push_back(quantity.title);
  std::string out = "\nPaired differences over common seeds:\n\n" + table_head(titles, 1);
  for (const Comparison& comparison : comparisons) out += comparison_row(comparison);
  return out;
}

// ---- JSON --------------------------------------------------------------------------------------------------------

Json group_json(const RunGroup& group) {
  Json out{{"task", group.task},    {"data", group.data},     {"standin", group.standin},
           {"model", group.model},  {"metric", group.metric}, {"parameters", group.parameters},
           {"epochs", group.epochs}};
  out["settings"] = group.settings;
  out["seeds"] = Json::array();
  for (const auto& [seed, results] : group.runs) out["seeds"].push_back(seed);
  for (std::size_t q = 0; q < kQuantities.size(); ++q) {
    out["results"][std::string(kQuantities[q].key)] = spread_json(spread_of(group.values(q)));
  }
  out["seconds"] = spread_of(group.seconds).mean;
  return out;
}

Json comparison_json(const Comparison& comparison) {
  Json out;
  out["first"] = group_name(*comparison.first);
  out["second"] = group_name(*comparison.second);
  out["seeds"] = comparison.seeds;
  for (std::size_t q = 0; q < kQuantities.size(); ++q) {
    out["differences"][std::string(kQuantities[q].key)] = spread_json(spread_of(comparison.differences[q]));
  }
  return out;
}

// ---- CSV ---------------------------------------------------------------------------------------------------------

std::string csv_line(std::string_view kind, const RunGroup& group, const std::string& name, const Quantity& quantity,
                     const Spread& spread) {
  return fmt::format("{},{},{},{},{},{},{}\n", kind, csv_field(group.task), csv_field(data_text(group)),
                     csv_field(name), csv_field(group.metric), quantity.key, csv_spread(spread));
}

}  // namespace

std::string report_markdown(const RunTable& table) {
  std::string out = groups_markdown(table) + comparisons_markdown(table);
  if (!table.uncounted.empty()) out += "\nNot counted, because they did not finish:\n\n";
  for (const UncountedRun& run : table.uncounted) out += fmt::format("- {}: {}\n", run.run, run.status);
  return out;
}

std::string report_json(const RunTable& table) {
  Json out{{"groups", Json::array()}, {"comparisons", Json::array()}, {"not_counted", Json::array()}};
  for (const RunGroup& group : table.groups) out["groups"].push_back(group_json(group));
  for (const Comparison& pair : compare_groups(table)) out["comparisons"].push_back(comparison_json(pair));
  for (const UncountedRun& run : table.uncounted) {
    out["not_counted"].push_back({{"run", run.run}, {"status", run.status}});
  }
  return out.dump(2) + "\n";
}

std::string report_csv(const RunTable& table) {
  std::string out = "kind,task,data,name,metric,quantity,n,mean,sd,low95,high95\n";
  for (const RunGroup& group : table.groups) {
    for (std::size_t q = 0; q < kQuantities.size(); ++q) {
      out += csv_line("runs", group, group_name(group), kQuantities[q], spread_of(group.values(q)));
    }
  }
  for (const Comparison& pair : compare_groups(table)) {
    const std::string name = fmt::format("{} - {}", group_name(*pair.first), group_name(*pair.second));
    for (std::size_t q = 0; q < kQuantities.size(); ++q) {
      out += csv_line("difference", *pair.first, name, kQuantities[q], spread_of(pair.differences[q]));
    }
  }
  for (const UncountedRun& run : table.uncounted) {
    out += fmt::format("not_counted,,,{},,{},0,,,,\n", csv_field(run.run), csv_field(run.status));
  }
  return out;
}

}  // namespace hetsyn
