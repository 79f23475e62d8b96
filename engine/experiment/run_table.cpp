#include "experiment/run_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/error.hpp"
#include "core/files.hpp"
#include "experiment/data_json.hpp"
#include "experiment/run_directory.hpp"

namespace hetsyn {
namespace {

using Json = nlohmann::ordered_json;

/// The settings that a run directory records.
std::vector<Setting> settings_in(const std::filesystem::path& run, const Json& summary) {
  const Json placement = summary.value("placement", Json::array());
  return recorded_settings(read_toml_file((run / "config.toml").string()), placement.get<std::set<std::string>>());
}

RunGroup group_of(const Json& summary, std::vector<Setting> recorded) {
  RunGroup group;
  group.task = summary.at("task");
  group.data = data_from_json(summary.at("data"));
  group.model = summary.at("model");
  group.metric = summary.at("selection").at("metric");
  group.parameters = summary.at("parameters");
  group.epochs = summary.at("epochs");
  group.recorded = std::move(recorded);
  return group;
}

Results results_of(const Json& summary, const std::string& metric) {
  Results results;
  for (std::size_t q = 0; q < kQuantities.size(); ++q) {
    const Json::json_pointer place(
        fmt::format("/metrics/{}/{}/{}", kQuantities[q].split, metric, kQuantities[q].epoch));
    if (const Json value = summary.value(place, Json()); value.is_number()) results[q] = value.get<double>();
  }
  return results;
}

void add_run(RunTable& table, const Json& summary, const std::filesystem::path& run) {
  std::vector<Setting> recorded = settings_in(run, summary);
  const DataIdentity data = data_from_json(summary.at("data"));
  auto at = std::ranges::find_if(table.groups, [&](const RunGroup& group) {
    return group.data.same_as(data) && differences(group.recorded, recorded, kSameModel).empty();
  });
  if (at == table.groups.end()) at = table.groups.insert(at, group_of(summary, std::move(recorded)));
  at->data = same_data(at->data, data);
  const auto seed = summary.at("seed").get<std::uint64_t>();
  if (!at->runs.emplace(seed, results_of(summary, at->metric)).second) {
    throw DataError(
        fmt::format("{}: a run of the same configuration and seed {} is in the table already", run.string(), seed));
  }
  at->seconds.push_back(summary.at("seconds"));
}

void read_run(RunTable& table, const std::filesystem::path& run) {
  if (!is_run_directory(run)) {
    throw DataError(fmt::format("{}: is not a run directory (it has no config.toml)", run.string()));
  }
  const std::filesystem::path file = run / "summary.json";
  if (!std::filesystem::exists(file)) {
    table.uncounted.push_back({run.string(), "no summary"});
    return;
  }
  try {
    const Json summary = Json::parse(read_file(file));
    const std::string status = summary.at("status");
    if (status == "running" || status == "interrupted" || status == "failed") {
      table.uncounted.push_back({run.string(), status});
    } else {
      add_run(table, summary, run);
    }
  } catch (const Json::exception& error) {
    throw DataError(fmt::format("{}: not the summary of a run: {}", file.string(), error.what()));
  }
}

/// Gives each group the settings in which not all groups agree. The model has a place of its own.
void show_differences(std::vector<RunGroup>& groups) {
  std::set<std::string> differing;
  for (const RunGroup& group : groups) {
    for (const KeyDifference& difference : differences(groups.front().recorded, group.recorded, kSameModel)) {
      differing.insert(difference.key);
    }
  }
  differing.erase("model.neuron");
  for (RunGroup& group : groups) {
    for (const Setting& setting : group.recorded) {
      if (differing.contains(setting.key)) group.settings[setting.key] = toml_text(setting.value);
    }
  }
}

void label_data(std::vector<RunGroup>& groups) {
  std::vector<DataIdentity> data;
  for (const RunGroup& group : groups) data.push_back(group.data);
  const std::vector<std::string> labels = data_labels(data);
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i].data_label = labels[i];
}

Comparison compare(const RunGroup& first, const RunGroup& second) {
  Comparison comparison{&first, &second, {}, {}};
  for (const auto& [seed, results] : first.runs) {
    const auto other = second.runs.find(seed);
    if (other == second.runs.end()) continue;
    comparison.seeds.push_back(seed);
    for (std::size_t q = 0; q < kQuantities.size(); ++q) {
      if (results[q] && other->second[q]) comparison.differences[q].push_back(*results[q] - *other->second[q]);
    }
  }
  return comparison;
}

}  // namespace

std::vector<double> RunGroup::values(std::size_t quantity) const {
  std::vector<double> values;
  for (const auto& [seed, results] : runs) {
    if (results[quantity]) values.push_back(*results[quantity]);
  }
  return values;
}

RunTable read_runs(std::span<const std::filesystem::path> runs) {
  RunTable table;
  for (const std::filesystem::path& run : runs) read_run(table, run);
  if (table.groups.empty()) return table;
  show_differences(table.groups);
  label_data(table.groups);
  return table;
}

std::vector<Comparison> compare_groups(const RunTable& table) {
  std::vector<Comparison> comparisons;
  for (std::size_t i = 0; i < table.groups.size(); ++i) {
    for (std::size_t j = i + 1; j < table.groups.size(); ++j) {
      const RunGroup &a = table.groups[i], &b = table.groups[j];
      if (a.task == b.task && a.data.same_as(b.data) && a.metric == b.metric) comparisons.push_back(compare(a, b));
    }
  }
  return comparisons;
}

}  // namespace hetsyn
