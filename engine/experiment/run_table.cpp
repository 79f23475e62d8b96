#include "experiment/run_table.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "core/error.hpp"
#include "core/files.hpp"
#include "experiment/config.hpp"
#include "experiment/run_directory.hpp"

namespace hetsyn {
namespace {

using Json = nlohmann::json;
using Settings = std::map<std::string, std::string>;

/// What the runs of a group have in common: all keys but the seed, and where and how they were computed.
Settings settings_of(const std::filesystem::path& run) {
  Settings settings = flat_config(read_file(run / "config.toml"));
  std::erase_if(settings, [](const auto& setting) {
    const std::string& key = setting.first;
    return key == "train.seed" || key.starts_with("run.") || key.starts_with("perturb.");
  });
  return settings;
}

RunGroup group_of(const Json& summary, Settings settings) {
  RunGroup group;
  group.task = summary.at("task");
  group.data = summary.at("data").at("name");
  group.standin = summary.at("data").at("standin");
  group.model = summary.at("model");
  group.metric = summary.at("selection").at("metric");
  group.parameters = summary.at("parameters");
  group.epochs = summary.at("epochs");
  group.settings = std::move(settings);
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
  Settings settings = settings_of(run);
  auto at = std::find_if(table.groups.begin(), table.groups.end(),
                         [&](const RunGroup& group) { return group.settings == settings; });
  if (at == table.groups.end()) at = table.groups.insert(at, group_of(summary, std::move(settings)));
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

/// Leaves each group the settings in which not all groups agree. The model has a place of its own.
void keep_differences(std::vector<RunGroup>& groups) {
  std::map<std::string, std::set<std::string>> values;
  std::map<std::string, std::size_t> holders;
  for (const RunGroup& group : groups) {
    for (const auto& [key, value] : group.settings) {
      values[key].insert(value);
      ++holders[key];
    }
  }
  for (RunGroup& group : groups) {
    std::erase_if(group.settings, [&](const auto& setting) {
      const std::string& key = setting.first;
      return key == "model.neuron" || (values[key].size() == 1 && holders[key] == groups.size());
    });
  }
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
  keep_differences(table.groups);
  return table;
}

std::vector<Comparison> compare_groups(const RunTable& table) {
  std::vector<Comparison> comparisons;
  for (std::size_t i = 0; i < table.groups.size(); ++i) {
    for (std::size_t j = i + 1; j < table.groups.size(); ++j) {
      const RunGroup &a = table.groups[i], &b = table.groups[j];
      if (a.task == b.task && a.data == b.data && a.metric == b.metric) comparisons.push_back(compare(a, b));
    }
  }
  return comparisons;
}

}  // namespace hetsyn
