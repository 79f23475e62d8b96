#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <hetsyn/exceptions.hpp>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/setup.hpp"
#include "config/check.hpp"
#include "config/schema.hpp"

namespace hetsyn::cli {
namespace {

void print_key(const KeySpec& key) {
  const std::string unit = key.unit.empty() ? std::string() : " " + key.unit;
  fmt::print("  {:<20} default {}{}; {}\n  {:<20} {}\n", key.name, key.default_value, unit, expectation(key), "",
             key.help);
}

void print_data(const TaskInfo& info) {
  fmt::print("\ndata: {}{}\n", info.data_name, info.standin ? " (a stand-in for the real corpus)" : "");
  fmt::print("  {} inputs, {} steps of {:g} ms (network: {:g} ms), {} outputs{}\n", info.inputs, info.steps,
             info.step_ms, info.dt_ms, info.outputs, info.spiking_readout ? ", spiking readout" : "");
  for (const Split& split : info.splits) {
    fmt::print("  {:<12} {} samples{}\n", split.name, split.samples, split.drawn ? ", drawn from the seed" : "");
  }
  for (const MetricInfo& metric : info.metrics) {
    fmt::print("  metric {}{}, {} is better\n", metric.name, metric.unit.empty() ? "" : " [" + metric.unit + "]",
               metric.higher_is_better ? "higher" : "lower");
  }
}

/// Prevents the task from making a stand-in for missing data, which takes minutes: this verb only reports.
void forbid_standin(const TaskPlugin& plugin, ConfigDocument& document) {
  if (std::ranges::find(plugin.keys, "standin", &KeySpec::name) == plugin.keys.end()) return;
  apply_override(document, "task", "standin", ConfigValue{false, {"engine describe"}});
}

}  // namespace

int list_tasks(const Options& options) {
  const PluginHost host = discover_plugins(options);
  for (const TaskPlugin& plugin : host.plugins()) {
    fmt::print("{:<20} {} ({} {})\n", plugin.name, plugin.summary, plugin.path.string(), plugin.version);
  }
  if (host.plugins().empty()) fmt::print("no tasks found; engine doctor shows where they are looked for\n");
  for (const PluginFailure& failure : host.failures()) {
    fmt::print("not loaded: {}: {}\n", failure.path.string(), failure.reason);
  }
  return 0;
}

int describe_task(const Options& options) {
  ConfigDocument document = load_document(options);
  const PluginHost host = discover_plugins(options);
  const TaskPlugin& plugin = choose_task(host, options, document);
  forbid_standin(plugin, document);
  fmt::print("{} {}: {}\n{}\n\n[task] keys:\n", plugin.name, plugin.version, plugin.summary, plugin.path.string());
  for (const KeySpec& key : plugin.keys) print_key(key);
  const RunConfig config = read_config(document, plugin.name, plugin.keys);
  try {
    print_data(open_task(plugin, config, document, task_places())->info());
  } catch (const DataError& error) {
    fmt::print("\ndata: {}\n", error.what());
  }
  return 0;
}

int print_schema(const Options& options) {
  const PluginHost host = discover_plugins(options);
  std::vector<TaskReference> tasks;
  for (const TaskPlugin& plugin : host.plugins()) tasks.push_back({plugin.name, plugin.summary, plugin.keys});
  print_result(config_reference_markdown(tasks));
  return 0;
}

}  // namespace hetsyn::cli
