#include "config/config.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/check.hpp"
#include "config/schema.hpp"

namespace hetsyn {
namespace {

constexpr std::string_view kTaskNameKey = "name";  // in [task]; the plugin declares the other keys

const ConfigValue::Table& as_table(const ConfigEntry& entry) {
  const auto* table = entry.value.as<ConfigValue::Table>();
  if (table == nullptr) reject({entry.key, entry.value}, fmt::format("a table, as in [{}]", entry.key));
  return *table;
}

const ConfigValue::Table& table_named(const ConfigDocument& document, std::string_view name) {
  static const ConfigValue::Table kEmpty;
  const auto at = std::find_if(document.begin(), document.end(), [&](const ConfigEntry& e) { return e.key == name; });
  return at == document.end() ? kEmpty : as_table(*at);
}

void check_table_names(const ConfigDocument& document) {
  std::vector<std::string> known{"task"};
  for (const ConfigTable& table : config_schema()) known.push_back(table.name);
  for (const ConfigEntry& entry : document) {
    if (std::find(known.begin(), known.end(), entry.key) == known.end()) reject_unknown("", entry, known);
  }
}

void read_table(const ConfigTable& table, const ConfigDocument& document, RunConfig& config) {
  std::vector<std::string> known;
  for (const ConfigKey& key : table.keys) known.push_back(key.spec.name);
  for (const ConfigEntry& entry : table_named(document, table.name)) {
    const auto at = std::find(known.begin(), known.end(), entry.key);
    if (at == known.end()) reject_unknown(table.name, entry, known);
    const ConfigKey& key = table.keys[static_cast<std::size_t>(at - known.begin())];
    key.read({fmt::format("{}.{}", table.name, entry.key), entry.value}, config);
  }
}

void resolve_open_keys(RunConfig& config) {
  if (config.initial && config.initial->empty()) config.initial.reset();
  NetworkSpec& model = config.model;
  model.adaptation = adapts(model);
  model.autapses = has_autapses(model);
  // There is only one projection, so one decay; other models refuse the option.
  if (model.model == NeuronModel::het_lif && !model.recurrent) model.decay_per_projection = false;
  const double tau_ms = initial_tau_ms(model).mean();
  if (is_homogeneous(model.model)) model.tau_homogeneous_ms = tau_ms;
  if (config.perturb.replace_tau_above_ms && !config.perturb.replace_tau_with_ms) {
    config.perturb.replace_tau_with_ms = tau_ms;
  }
  OptimizerSettings& optimizer = config.train.optimizer;
  if (!optimizer.decay_weight_decay) optimizer.decay_weight_decay = optimizer.weight_decay;
  if (config.train.evaluation_batch == 0) config.train.evaluation_batch = config.train.batch;
}

/// A table with all keys that have a value, but without those of `left_out`.
std::string write_table(const ConfigTable& table, const RunConfig& config,
                        std::initializer_list<std::string_view> left_out) {
  std::string out = fmt::format("[{}]\n", table.name);
  for (const ConfigKey& key : table.keys) {
    const std::string text = value_text(key, config);
    const bool is_left_out = std::ranges::find(left_out, key.spec.name) != left_out.end();
    if (!text.empty() && !is_left_out) out += fmt::format("{} = {}\n", key.spec.name, text);
  }
  return out;
}

ConfigValue::Table without_name(ConfigValue::Table table) {
  std::erase_if(table, [](const ConfigEntry& entry) { return entry.key == kTaskNameKey; });
  return table;
}

}  // namespace

std::string task_name(const ConfigDocument& document) {
  const ConfigValue* value = find(table_named(document, "task"), kTaskNameKey);
  if (value == nullptr) return {};
  const auto* name = value->as<std::string>();
  if (name == nullptr) reject({"task.name", *value}, "the name of a task, as in \"dms\"");
  return *name;
}

RunConfig read_config(const ConfigDocument& document, const std::string& task, std::span<const KeySpec> task_keys) {
  check_table_names(document);
  RunConfig config;
  config.task = task;
  config.task_values = check_table("task", without_name(table_named(document, "task")), task_keys);
  for (const ConfigTable& table : config_schema()) read_table(table, document, config);
  return config;
}

void resolve(RunConfig& config, const TaskInfo& task) {
  resolve_open_keys(config);
  if (!config.dt_ms) config.dt_ms = task.dt_ms;
  if (!config.spiking_readout) config.spiking_readout = task.spiking_readout;
  config.model.inputs = task.inputs;
  config.model.outputs = task.outputs;
  config.model.dt_ms = *config.dt_ms;
  config.model.spiking_readout = *config.spiking_readout;
}

std::string write_config(const RunConfig& config) {
  std::string out = fmt::format("[task]\nname = {}\n", toml_text(std::string_view(config.task)));
  for (const NamedValue& value : config.task_values)
    out += fmt::format("{} = {}\n", value.name, toml_text(value.value));
  for (const ConfigTable& table : config_schema()) out += "\n" + write_table(table, config, {"out"});
  return out;
}

std::string write_model(const RunConfig& config) {
  return write_table(config_schema().front(), config, {"initial", "weight_scaling"});
}

ConfigError with_place(const ConfigError& error, const ConfigDocument& document) {
  const std::string& key = error.key();
  const std::size_t dot = key.find('.');
  if (dot == std::string::npos) return error;
  const std::string name = key.substr(dot + 1, key.find_first_of(".[", dot + 1) - dot - 1);
  const ConfigValue* value = find(table_named(document, key.substr(0, dot)), name);
  if (value == nullptr) return error;
  return ConfigError(fmt::format("{}: {}", value->place.text(), error.what()), key);
}

}  // namespace hetsyn
