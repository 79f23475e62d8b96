#include "config/identity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "config/schema.hpp"

namespace hetsyn {
namespace {

bool same_value(const ConfigValue& a, const ConfigValue& b) {
  double x = 0.0, y = 0.0;
  if (a.number(x) && b.number(y)) return x == y;
  if (a.value.index() != b.value.index()) return false;
  if (const auto* list = a.as<ConfigValue::List>()) {
    return std::ranges::equal(*list, *b.as<ConfigValue::List>(), same_value);
  }
  if (const auto* table = a.as<ConfigValue::Table>()) {
    return std::ranges::equal(*table, *b.as<ConfigValue::Table>(), [](const ConfigEntry& one, const ConfigEntry& two) {
      return one.key == two.key && same_value(one.value, two.value);
    });
  }
  if (const auto* text = a.as<std::string>()) return *text == *b.as<std::string>();
  return *a.as<bool>() == *b.as<bool>();
}

/// The values of one key in two configs.
struct Pair {
  const ConfigValue* recorded = nullptr;
  const ConfigValue* given = nullptr;

  [[nodiscard]] bool same() const { return recorded != nullptr && given != nullptr && same_value(*recorded, *given); }
};

std::string text_of(const ConfigValue* value) { return value == nullptr ? std::string(kAbsent) : toml_text(*value); }

}  // namespace

std::vector<Setting> settings_of(const RunConfig& config) {
  std::vector<Setting> settings{{"task.name", KeyRole::identity, {config.task, {}}}};
  for (const NamedValue& item : config.task_values) {
    ConfigValue value;
    std::visit([&](const auto& plain) { value.value = plain; }, item.value);
    settings.push_back({"task." + item.name, item.role, std::move(value)});
  }
  for (const ConfigTable& table : config_schema()) {
    for (const ConfigKey& key : table.keys) {
      std::optional<ConfigValue> value = key.value(config);
      if (value)
        settings.push_back({fmt::format("{}.{}", table.name, key.spec.name), key.spec.role, *std::move(value)});
    }
  }
  return settings;
}

std::vector<Setting> recorded_settings(const ConfigDocument& document, const std::set<std::string>& placement) {
  ConfigDocument own = document;
  std::erase_if(own, [](const ConfigEntry& entry) { return entry.key == "task"; });
  const std::string task = task_name(document);
  std::vector<Setting> settings = settings_of(read_config(own, task, {}));
  const ConfigValue* const written = find(document, "task");
  const auto* const keys = written == nullptr ? nullptr : written->as<ConfigValue::Table>();
  if (keys == nullptr) return settings;
  for (const ConfigEntry& entry : *keys) {
    const std::string name = "task." + entry.key;
    if (name == "task.name") continue;  // compared with the other keys
    settings.push_back({name, placement.contains(name) ? KeyRole::placement : KeyRole::samples, entry.value});
  }
  return settings;
}

std::vector<KeyDifference> differences(const std::vector<Setting>& recorded, const std::vector<Setting>& given,
                                       Roles roles) {
  std::map<std::string, Pair> pairs;
  for (const Setting& setting : recorded) {
    if (roles.has(setting.role)) pairs[setting.key].recorded = &setting.value;
  }
  for (const Setting& setting : given) {
    if (roles.has(setting.role)) pairs[setting.key].given = &setting.value;
  }
  std::vector<KeyDifference> out;
  for (const auto& [key, pair] : pairs) {
    if (!pair.same()) out.push_back({key, text_of(pair.recorded), text_of(pair.given)});
  }
  return out;
}

std::vector<KeyDifference> differences(const RunConfig& recorded, const RunConfig& given, Roles roles) {
  return differences(settings_of(recorded), settings_of(given), roles);
}

std::vector<KeyDifference> task_differences(const RunConfig& recorded, const RunConfig& given) {
  constexpr Roles kOfTask{KeyRole::samples, KeyRole::placement, KeyRole::presentation};
  std::vector<KeyDifference> out = differences(recorded, given, kOfTask);
  std::erase_if(out, [](const KeyDifference& difference) { return !difference.key.starts_with("task."); });
  return out;
}

std::string differences_text(const std::vector<KeyDifference>& differences) {
  std::string text;
  for (const KeyDifference& each : differences) {
    text += fmt::format("{}{} was {} and is {} now", text.empty() ? "" : ", ", each.key, each.recorded, each.given);
  }
  return text;
}

}  // namespace hetsyn
