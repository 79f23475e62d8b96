#include "report/sweep_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "core/json_file.hpp"
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

void add_point(SweepTable& table, const SweepSettings& settings, const JsonValue& point) {
  const DataIdentity data = data_of(point);
  Condition& condition = condition_of(table, settings, &data);
  ++condition.planned;
  condition.neuron = point.at("neuron").text();
  condition.metric = point.at("metric").text();
  condition.parameters = point.at("parameters").count();
  const std::uint64_t seed = point.at("seed").count();
  condition.training_seconds[seed] = point.at("training").at("seconds").number();
  for (const auto& [name, value] : point.at("metrics").members()) {
    if (!value.json().is_null()) condition.metrics[name][seed].push_back(value.number());
  }
  ++table.finished;
}

/// The reason why a point has no result.
std::string reason_for(const fs::path& directory, const JsonValue& planned) {
  for (const char* name : {"hash", "model"}) {
    const fs::path file = directory / "failed" / (planned.at(name).text() + ".json");
    if (fs::exists(file)) return "failed: " + read_json_object(file).text_or("reason", "no reason given");
  }
  return "missing";
}

void read_planned(SweepTable& table, const fs::path& directory, const JsonValue& planned) {
  const std::string hash = planned.at("hash").text();
  const SweepSettings settings = settings_from(planned.at("settings"));
  const fs::path file = directory / "points" / (hash + ".json");
  if (!is_whole_point(file)) {
    ++condition_of(table, settings, nullptr).planned;
    const bool torn = fs::exists(file);
    table.torn += torn ? 1 : 0;
    table.uncounted.push_back(
        {hash, settings,
         torn ? "torn: its file ends too early, and engine sweep does it again" : reason_for(directory, planned)});
    return;
  }
  add_point(table, settings, read_json_object(file));
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

bool differ_in_model_only(const Condition& a, const Condition& b) {
  if (!a.data || !b.data || !a.data->same_as(*b.data)) return false;
  const auto rest = [](const Condition& condition) {
    SweepSettings settings = condition.settings;
    std::erase_if(settings, [](const auto& setting) { return setting.first.starts_with("model."); });
    return settings;
  };
  return rest(a) == rest(b);
}

SweepComparison compare(const Condition& first, const Condition& second) {
  SweepComparison comparison{&first, &second, {}, {}};
  const auto ours = first.metrics.find(first.metric), theirs = second.metrics.find(first.metric);
  if (ours == first.metrics.end() || theirs == second.metrics.end()) return comparison;
  for (const auto& [seed, values] : ours->second) {
    const auto other = theirs->second.find(seed);
    if (other == theirs->second.end()) continue;
    comparison.seeds.push_back(seed);
    comparison.differences.push_back(mean(values) - mean(other->second));
  }
  return comparison;
}

}  // namespace

std::vector<double> Condition::values(const std::string& metric_name) const {
  std::vector<double> out;
  const auto at = metrics.find(metric_name);
  if (at == metrics.end()) return out;
  for (const auto& [seed, draws] : at->second) out.push_back(mean(draws));
  return out;
}

SweepTable read_sweep(const fs::path& directory) {
  const JsonValue plan = read_json_object(directory / "plan.json");
  const std::vector<JsonValue> points = plan.at("points").items();
  SweepTable table;
  table.task = plan.at("task").text();
  table.split = plan.at("split").text();
  table.checkpoint = plan.at("checkpoint").text();
  for (const JsonValue& planned : points) read_planned(table, directory, planned);
  table.points = points.size();
  label_data(table.conditions);
  table.obsolete = point_files(directory) - table.finished - table.torn;
  return table;
}

std::vector<SweepComparison> compare_models(const SweepTable& table) {
  std::vector<SweepComparison> comparisons;
  for (std::size_t i = 0; i < table.conditions.size(); ++i) {
    for (std::size_t j = i + 1; j < table.conditions.size(); ++j) {
      const Condition &a = table.conditions[i], &b = table.conditions[j];
      if (differ_in_model_only(a, b)) comparisons.push_back(compare(a, b));
    }
  }
  return comparisons;
}

}  // namespace hetsyn
