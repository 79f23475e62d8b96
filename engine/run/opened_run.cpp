#include "run/opened_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "backend/backend.hpp"
#include "config/ineffective_keys.hpp"

namespace hetsyn {
namespace {

/// The config with the largest batches that a rank has, to plan its memory like that of a single process.
RunConfig config_of_rank(RunConfig config, const Communicator& ranks) {
  const auto largest_share = [&](std::size_t batch) { return (batch + ranks.size() - 1) / ranks.size(); };
  config.train.batch = largest_share(config.train.batch);
  config.train.evaluation_batch = largest_share(config.train.evaluation_batch);
  return config;
}

}  // namespace

OpenedRun open_run(const TaskPlugin& plugin, ConfigDocument document, RunConfig config, const TaskPlaces& places,
                   bool dry_run, const Communicator& ranks) {
  const ProcessMemory before = process_memory();
  std::shared_ptr<const Task> task = open_task(plugin, config, document, places, dry_run, ranks);
  const ProcessMemory after = process_memory();
  resolve(config, task->info());
  return {std::move(document), std::move(config), std::move(task), before, after};
}

OpenedRun open_run(std::shared_ptr<const Task> task, ConfigDocument document, RunConfig config) {
  const ProcessMemory now = process_memory();
  resolve(config, task->info());
  return {std::move(document), std::move(config), std::move(task), now, now};
}

OpenedRun reopen_run(const std::filesystem::path& run, const PluginHost& host, const TaskPlaces& places) {
  ConfigDocument document = read_toml_file((run / "config.toml").string());
  const TaskPlugin& plugin = find_task(host, task_name(document), places.log);
  RunConfig config = read_config(document, plugin.name, plugin.keys);
  const std::span<const BackendInfo> known = backends();
  const auto recorded = std::ranges::find(known, std::string_view(config.run.device), &BackendInfo::name);
  if (recorded == known.end() || !recorded->unavailable().empty()) config.run.device = "auto";
  return open_run(plugin, std::move(document), std::move(config), places);
}

MemoryPlan plan_memory(const OpenedRun& opened, const Communicator& ranks) {
  return placing_errors(opened.document, [&] {
    return plan_memory(*opened.task, config_of_rank(opened.config, ranks), opened.before, opened.after);
  });
}

std::vector<std::string> warnings_of(const OpenedRun& opened, std::string_view table) {
  const TaskInfo& info = opened.task->info();
  std::vector<std::string> warnings = ineffective_keys(opened.document, opened.config, &info, table);
  if (info.standin) {
    warnings.push_back(
        fmt::format("the data are a stand-in, {}: results are not results on the real corpus", info.data_name));
  }
  return warnings;
}

RunConfig recorded_config(const std::filesystem::path& run, const TaskPlugin* plugin, const TaskInfo& info) {
  const ConfigDocument document = read_toml_file((run / "config.toml").string());
  RunConfig config =
      plugin != nullptr ? read_config(document, plugin->name, plugin->keys) : read_config(document, info.name, {});
  resolve(config, info);
  return config;
}

std::optional<InitialParameters> initial_parameters(const OpenedRun& opened, const std::filesystem::path& directory,
                                                    Existing existing) {
  if (!opened.config.initial) return std::nullopt;
  if (existing == Existing::resume && !directory.empty() && !continued_checkpoint(directory).empty()) {
    return std::nullopt;
  }
  return read_initial_parameters(opened.config.initial->string(), network_layout(opened.config.model));
}

std::optional<RunConfig> continued_run(const Run& run, const RunDirectory& directory, Existing existing,
                                       const OpenedRun& opened, const TaskPlugin* plugin, const Log& log) {
  if (existing != Existing::resume || !is_run_directory(directory.path())) return std::nullopt;
  RunConfig recorded = recorded_config(directory.path(), plugin, opened.task->info());
  check_same_run(directory, recorded, run.config(), log);
  return recorded;
}

}  // namespace hetsyn
