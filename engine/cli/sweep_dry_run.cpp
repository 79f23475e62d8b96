#include "cli/sweep_dry_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/session.hpp"
#include "experiment/memory_plan.hpp"
#include "experiment/progress_display.hpp"
#include "experiment/sweep_estimate.hpp"

namespace hetsyn::cli {
namespace {

constexpr double kTimingBudget_s = 3.0;

const char* state_name(PointState state) {
  switch (state) {
    case PointState::finished: return "finished";
    case PointState::failed: return "failed";
    case PointState::missing: break;
  }
  return "missing";
}

struct OpenWork {
  std::size_t models = 0, points = 0;
  const SweepModel* first = nullptr;
};

/// Lists the points and returns what is open.
OpenWork list_points(const SweepDirectory& directory, std::span<const SweepModel> models) {
  OpenWork open;
  for (const SweepModel& model : models) {
    std::size_t missing = 0;
    for (const SweepPoint& point : model.points) {
      const PointState state = directory.state(model, point);
      missing += state == PointState::missing ? 1 : 0;
      fmt::print("{} {:<8} model {}  {}\n", point.hash, state_name(state), model.hash, settings_text(point.settings));
    }
    if (missing == 0) continue;
    ++open.models;
    open.points += missing;
    if (open.first == nullptr) open.first = &model;
  }
  return open;
}

void print_estimate(const SweepContext& context, const OpenWork& open, std::size_t jobs) {
  const TaskPlugin& plugin = context.host.find(context.sweep.task);
  const ConfigDocument document = with_threads(open.first->document, context.threads);
  RunConfig config = read_config(document, plugin.name, plugin.keys);
  const ProcessMemory before = process_memory();
  const std::unique_ptr<Task> task = open_task(plugin, config, document);
  const ProcessMemory after = process_memory();
  resolve(config, task->info());
  warn_of_standin(task->info());
  placing_errors(document, [&] {
    const double memory_mb = static_cast<double>(plan_memory(*task, config, before, after).peak()) / kMegabyte;
    const ModelCost cost = estimate_cost(*task, config, context.sweep.split, kTimingBudget_s);
    const double all_s =
        static_cast<double>(open.models) * cost.training_s + static_cast<double>(open.points) * cost.point_s;
    const std::size_t at_once = std::min(jobs, open.models);
    fmt::print("memory: {:.0f} MB for each process, {:.0f} MB with {} at once\n", memory_mb,
               memory_mb * static_cast<double>(at_once), at_once);
    fmt::print("time: {} to train a model, {} to evaluate a point, {} in all with {} at once, {} threads each\n",
               clock_text(cost.training_s), clock_text(cost.point_s), clock_text(all_s / static_cast<double>(at_once)),
               at_once, config.run.threads);
    fmt::print("both from model {}; others may take more or less, and the machine was otherwise as it is now\n",
               open.first->hash);
  });
}

}  // namespace

void print_sweep_dry_run(const SweepContext& context, std::span<const SweepModel> models, std::size_t jobs) {
  const OpenWork open = list_points(context.directory, models);
  fmt::print("{} models to train or to evaluate, {} points to do\n", open.models, open.points);
  if (open.first != nullptr) print_estimate(context, open, jobs);
}

}  // namespace hetsyn::cli
