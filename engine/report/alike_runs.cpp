#include "report/alike_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "run/data_json.hpp"
#include "run/initial_parameters.hpp"

namespace hetsyn {
namespace {

std::optional<ConfigValue> setting_named(const std::vector<Setting>& settings, const std::string& key) {
  const auto at = std::ranges::find(settings, key, &Setting::key);
  return at == settings.end() ? std::nullopt : std::optional(at->value);
}

/// Adds the digest of the parameters that a run was given to model.initial: a file may have been another one before.
void add_initial(std::vector<Setting>& settings, const InitialFacts& facts) {
  std::erase_if(settings, [](const Setting& setting) { return setting.key == "model.initial"; });
  const std::string file = facts.file.empty() ? "in memory" : facts.file;
  settings.push_back({"model.initial", KeyRole::identity, {fmt::format("{} ({})", file, facts.digest), {}}});
}

std::string model_of(const std::vector<Setting>& settings) {
  const std::optional<ConfigValue> model = setting_named(settings, "model.neuron");
  const auto* const name = model ? model->as<std::string>() : nullptr;
  return name == nullptr ? std::string() : *name;
}

/// The value that a key would have if it were not written: its default, or the value that follows from other keys.
std::optional<ConfigValue> value_unless_written(const AlikeRuns& run, const std::string& key) {
  ConfigDocument document;
  for (const Setting& setting : run.recorded) {
    const std::size_t dot = setting.key.find('.');
    const bool others = setting.key != key && !setting.key.starts_with("task.");
    if (others) apply_override(document, setting.key.substr(0, dot), setting.key.substr(dot + 1), setting.value);
  }
  RunConfig config = read_config(document, run.task, {});
  resolve(config, {});
  return setting_named(settings_of(config), key);
}

/// Whether a recorded value follows from other keys, as that of model.autapses does in hetsyn_lif.
bool follows(const AlikeRuns& run, const std::string& key) {
  const std::optional<ConfigValue> recorded = setting_named(run.recorded, key);
  const std::optional<ConfigValue> otherwise = value_unless_written(run, key);
  if (!recorded || !otherwise) return !recorded && !otherwise;
  return toml_text(*recorded) == toml_text(*otherwise);
}

/// Stores in each group the settings that are not the same in all groups, except the model, which is shown separately,
/// and except values that follow from other keys.
void show_differences(std::span<AlikeRuns* const> groups) {
  std::set<std::string> differing;
  for (const AlikeRuns* const group : groups) {
    for (const KeyDifference& difference : differences(groups.front()->recorded, group->recorded, kSameModel)) {
      differing.insert(difference.key);
    }
  }
  differing.erase("model.neuron");
  std::erase_if(differing, [&](const std::string& key) {
    return std::ranges::all_of(groups, [&](const AlikeRuns* group) { return follows(*group, key); });
  });
  for (AlikeRuns* const group : groups) {
    for (const Setting& setting : group->recorded) {
      if (differing.contains(setting.key)) group->settings[setting.key] = toml_text(setting.value);
    }
  }
}

void label_data(std::span<AlikeRuns* const> groups) {
  std::vector<DataIdentity> data;
  for (const AlikeRuns* const group : groups) data.push_back(group->data);
  const std::vector<std::string> labels = data_labels(data);
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i]->data_label = labels[i];
}

}  // namespace

std::string AlikeRuns::name() const {
  std::string text;
  for (const auto& [key, value] : settings) text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", key, value);
  return text.empty() ? model : fmt::format("{} ({})", model, text);
}

AlikeRuns recorded_run(const std::filesystem::path& run, const std::optional<JsonValue>& summary) {
  const ConfigDocument document = read_toml_file((run / "config.toml").string());
  const auto member = [&](const char* key) { return summary ? summary->find(key) : std::nullopt; };
  std::set<std::string> placement;
  if (const auto keys = member("placement")) {
    for (const JsonValue& key : keys->items()) placement.insert(key.text());
  }
  const auto task = member("task"), data = member("data");
  AlikeRuns out;
  out.recorded = recorded_settings(document, placement);
  if (const auto initial = member("initial")) add_initial(out.recorded, initial_from_json(*initial));
  out.task = task ? task->text() : task_name(document);
  out.model = model_of(out.recorded);
  if (data) out.data = data_from_json(*data);
  return out;
}

void tell_apart(std::span<AlikeRuns* const> groups) {
  std::vector<AlikeRuns*> left(groups.begin(), groups.end());
  while (!left.empty()) {  // groups on other data are told apart by these
    const AlikeRuns& first = *left.front();
    const auto others = std::stable_partition(left.begin(), left.end(), [&](const AlikeRuns* group) {
      return group->task == first.task && group->data.same_as(first.data);
    });
    show_differences(std::span(left.begin(), others));
    left.erase(left.begin(), others);
  }
  label_data(groups);
}

}  // namespace hetsyn
