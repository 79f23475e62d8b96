#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <hetsyn/exceptions.hpp>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/setup.hpp"
#include "config/check.hpp"
#include "config/schema.hpp"

namespace hetsyn::cli {
namespace {

bool is_narrow() { return terminal_of(STDOUT_FILENO).columns < 60; }

void print_key(const KeySpec& key) {
  const std::string unit = key.unit.empty() ? std::string() : " " + key.unit;
  const std::string range = fmt::format("default {}{}; {}", key.default_value, unit, expectation(key));
  if (is_narrow()) {
    print_fitting(fmt::format("  {}\n    {}\n    {}\n", key.name, range, key.help), 4);
  } else {
    print_fitting(fmt::format("  {:<20} {}\n  {:<20} {}\n", key.name, range, "", key.help), 23);
  }
}

void print_data(const TaskInfo& info) {
  print_fitting(fmt::format("\ndata: {}{}\n", info.data_name, info.standin ? " (a stand-in for the real corpus)" : ""));
  print_fitting(fmt::format("  {} inputs, {} steps of {:g} ms (network: {:g} ms), {} outputs{}\n", info.inputs,
                            info.steps, info.step_ms, info.dt_ms, info.outputs,
                            info.spiking_readout ? ", spiking readout" : ""));
  for (const Split& split : info.splits) {
    print_fitting(
        fmt::format("  {:<12} {} samples{}\n", split.name, split.samples, split.drawn ? ", drawn from the seed" : ""));
  }
  for (const MetricInfo& metric : info.metrics) {
    print_fitting(fmt::format("  metric {}{}, {} is better\n", metric.name,
                              metric.unit.empty() ? "" : " [" + metric.unit + "]",
                              metric.higher_is_better ? "higher" : "lower"));
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
    print_fitting(fmt::format("{:<20} {} ({} {})\n", plugin.name, plugin.summary, plugin.path.string(), plugin.version),
                  is_narrow() ? 4 : 21);
  }
  if (host.plugins().empty()) fmt::print("no tasks found; engine doctor shows where they are looked for\n");
  for (const PluginFailure& failure : host.failures()) {
    print_fitting(fmt::format("not loaded: {}: {}\n", failure.path.string(), failure.reason));
  }
  return 0;
}

int describe_task(const Options& options) {
  ConfigDocument document = load_document(options);
  const PluginHost host = discover_plugins(options);
  const TaskPlugin& plugin = choose_task(host, options, document);
  forbid_standin(plugin, document);
  print_fitting(fmt::format("{} {}: {}\n{}\n\n[task] keys:\n", plugin.name, plugin.version, plugin.summary,
                            plugin.path.string()));
  for (const KeySpec& key : plugin.keys) print_key(key);
  const RunConfig config = read_config(document, plugin.name, plugin.keys);
  try {
    print_data(open_task(plugin, config, document, task_places())->info());
  } catch (const DataError& error) {
    print_fitting(fmt::format("\ndata: {}\n", error.what()));
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
