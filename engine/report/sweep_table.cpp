#include "report/sweep_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <hetsyn/exceptions.hpp>
#include <numeric>
#include <set>
#include <utility>

#include "core/json_file.hpp"
#include "report/contrast.hpp"
#include "run/data_json.hpp"
#include "sweep/directory.hpp"
#include "sweep/json.hpp"

namespace hetsyn {
namespace {

namespace fs = std::filesystem;

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

bool is_seed(const std::string& key) { return key == "train.seed" || key == "perturb.seed"; }

/// The condition of a point. For a point without a result, `data` is null and any condition with its settings matches.
Condition& condition_of(SweepTable& table, SweepSettings settings, const DataIdentity* data) {
  std::erase_if(settings, [](const auto& setting) { return is_seed(setting.first); });
  const auto at = std::ranges::find_if(table.conditions, [&](const Condition& condition) {
    const bool fits = data == nullptr || !condition.data || condition.data->same_as(*data);
    return fits && condition.settings == settings;
  });
  Condition& condition = at != table.conditions.end() ? *at : table.conditions.emplace_back();
  condition.settings = std::move(settings);
  if (data != nullptr) condition.data = same_data(condition.data.value_or(*data), *data);
  return condition;
}

/// The data that a point was evaluated on, combined with those of the training if these are different.
DataIdentity data_of(const JsonValue& point) {
  DataIdentity data = data_from_json(point.at("data"));
  const auto trained_on = point.find("trained_on");
  if (!trained_on) return data;
  const DataIdentity other = data_from_json(*trained_on);
  data.name += fmt::format(", trained on {}", data_title(other.name, other.standin));
  data.digest += " " + other.digest;
  return data;
}

/// Adds a planned point to its condition.
Condition& plan_point(SweepTable& table, const JsonValue& planned, const SweepSettings& settings,
                      const DataIdentity* data) {
  Condition& condition = condition_of(table, settings, data);
  ++condition.planned;
  condition.models[planned.at("seed").count()] = planned.at("model").text();
  return condition;
}

/// The result of a point.
struct PointResult {
  DataIdentity data;
  std::string neuron, metric;
  std::uint64_t parameters, seed;
  double training_seconds;
  std::vector<std::pair<std::string, double>> metrics;  ///< those that are defined
};

PointResult read_point(const JsonValue& point) {
  PointResult result{data_of(point),
                     point.at("neuron").text(),
                     point.at("metric").text(),
                     point.at("parameters").count(),
                     point.at("seed").count(),
                     point.at("training").at("seconds").number(),
                     {}};
  for (const auto& [name, value] : point.at("metrics").members()) {
    if (!value.json().is_null()) result.metrics.emplace_back(name, value.number());
  }
  return result;
}

void add_result(SweepTable& table, Condition& condition, const PointResult& point) {
  condition.neuron = point.neuron;
  condition.metric = point.metric;
  condition.parameters = point.parameters;
  condition.training_seconds[point.seed] = point.training_seconds;
  for (const auto& [name, value] : point.metrics) condition.metrics[name][point.seed].push_back(value);
  ++table.finished;
}

/// Why a point has no result.
UncountedPoint uncounted_point(const fs::path& directory, const JsonValue& planned, const SweepSettings& settings) {
  const std::string hash = planned.at("hash").text();
  if (fs::exists(directory / "points" / (hash + ".json"))) {
    return {hash, settings, "torn: its file ends too early, and engine sweep does it again"};
  }
  for (const char* name : {"hash", "model"}) {
    const fs::path file = directory / "failed" / (planned.at(name).text() + ".json");
    if (!fs::exists(file)) continue;
    return {hash, settings, "failed: " + read_json_object(file).text_or("reason", "no reason given"), true};
  }
  return {hash, settings, "missing"};
}

void read_planned(SweepTable& table, const fs::path& directory, const JsonValue& planned, Unreadable unreadable) {
  const std::string hash = planned.at("hash").text();
  const SweepSettings settings = settings_from(planned.at("settings"));
  const fs::path file = directory / "points" / (hash + ".json");
  UncountedPoint uncounted{hash, settings, {}};
  try {
    if (is_whole_point(file)) {
      const PointResult result = read_point(read_json_object(file));
      add_result(table, plan_point(table, planned, settings, &result.data), result);
      return;
    }
    uncounted = uncounted_point(directory, planned, settings);
  } catch (const DataError& error) {
    if (unreadable == Unreadable::refuse) throw;
    uncounted.reason = fmt::format("cannot be read: {}", error.what());
  }
  plan_point(table, planned, settings, nullptr);
  table.unread += fs::exists(file) ? 1 : 0;
  table.uncounted.push_back(std::move(uncounted));
}

std::size_t point_files(const fs::path& directory) {
  const auto is_point = [](const fs::directory_entry& entry) { return entry.path().extension() == ".json"; };
  return static_cast<std::size_t>(
      std::count_if(fs::directory_iterator(directory / "points"), fs::directory_iterator(), is_point));
}

void label_data(std::vector<Condition>& conditions) {
  std::vector<DataIdentity> data;
  for (const Condition& condition : conditions) data.push_back(condition.data.value_or(DataIdentity{}));
  const std::vector<std::string> labels = data_labels(data);
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    if (conditions[i].data) conditions[i].data_label = labels[i];
  }
}

/// The settings that are not of the model.
SweepSettings circumstances(const Condition& condition) {
  SweepSettings settings = condition.settings;
  std::erase_if(settings, [](const auto& setting) { return setting.first.starts_with("model."); });
  return settings;
}

SweepComparison compare(const Condition& first, const Condition& second) {
  SweepComparison comparison{&first, &second, {}, {}};
  const auto others = second.by_seed(first.metric);
  for (const auto& [seed, value] : first.by_seed(first.metric)) {
    const auto other = others.find(seed);
    if (other == others.end()) continue;
    comparison.seeds.push_back(seed);
    comparison.differences.push_back(value - other->second);
  }
  return comparison;
}

}  // namespace

std::map<std::uint64_t, double> Condition::by_seed(const std::string& metric_name) const {
  std::map<std::uint64_t, double> out;
  const auto at = metrics.find(metric_name);
  if (at == metrics.end()) return out;
  for (const auto& [seed, draws] : at->second) out[seed] = mean(draws);
  return out;
}

std::vector<double> Condition::values(const std::string& metric_name) const {
  const std::map<std::uint64_t, double> seeds = by_seed(metric_name);
  std::vector<double> out(seeds.size());
  std::ranges::transform(seeds, out.begin(), [](const auto& each) { return each.second; });
  return out;
}

bool SweepTable::is_open() const {
  return std::ranges::any_of(uncounted, [](const UncountedPoint& point) { return !point.failed; });
}

SweepTable read_sweep(const fs::path& directory, Unreadable unreadable) {
  const JsonValue plan = read_json_object(directory / "plan.json");
  const std::vector<JsonValue> points = plan.at("points").items();
  SweepTable table;
  table.directory = directory;
  table.task = plan.at("task").text();
  table.split = plan.at("split").text();
  table.checkpoint = plan.at("checkpoint").text();
  for (const JsonValue& planned : points) read_planned(table, directory, planned, unreadable);
  table.points = points.size();
  label_data(table.conditions);
  table.obsolete = point_files(directory) - table.finished - table.unread;
  return table;
}

std::vector<SweepComparison> compare_models(const SweepTable& table) {
  const std::vector<Condition>& conditions = table.conditions;
  std::vector<SweepSettings> rest(conditions.size());
  std::ranges::transform(conditions, rest.begin(), circumstances);
  std::vector<SweepComparison> comparisons;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    for (std::size_t j = i + 1; j < conditions.size(); ++j) {
      const Condition &a = conditions[i], &b = conditions[j];
      const bool same_data = a.data && b.data && a.data->same_as(*b.data);
      if (same_data && rest[i] == rest[j]) comparisons.push_back(compare(a, b));
    }
  }
  return comparisons;
}

std::size_t keep_closest(std::vector<SweepComparison>& comparisons) {
  const auto distance = [](const SweepComparison& pair) {
    return contrast_of(pair.first->settings, pair.second->settings).distance();
  };
  std::vector<std::size_t> distances(comparisons.size());
  std::ranges::transform(comparisons, distances.begin(), distance);
  const std::size_t least = distances.empty() ? 0 : *std::ranges::min_element(distances);
  return std::erase_if(comparisons, [&](const SweepComparison& pair) { return distance(pair) > least; });
}

}  // namespace hetsyn
