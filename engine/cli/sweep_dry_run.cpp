#include "cli/sweep_dry_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/dry_run.hpp"
#include "cli/setup.hpp"
#include "run/epoch_log.hpp"
#include "sweep/estimate.hpp"

namespace hetsyn::cli {
namespace {

constexpr double kTimingBudget_s = 2.0;

const char* state_name(PointState state) {
  switch (state) {
    case PointState::finished: return "finished";
    case PointState::failed: return "failed";
    case PointState::missing: break;
  }
  return "missing";
}

/// The open models of one neuron model, which has the largest influence on the cost of a step.
struct OpenWork {
  std::size_t models = 0, points = 0;
  const SweepModel* first = nullptr;
};

/// Lists the points and returns the open ones, by model.neuron (empty if that is not an axis).
std::map<std::string, OpenWork> list_points(const SweepDirectory& directory, std::span<const SweepModel> models) {
  std::map<std::string, OpenWork> open;
  for (const SweepModel& model : models) {
    std::size_t missing = 0;
    for (const SweepPoint& point : model.points) {
      const PointState state = directory.state(model, point);
      missing += state == PointState::missing ? 1 : 0;
      fmt::print("{} {:<8} model {}  {}\n", point.hash, state_name(state), model.hash, settings_text(point.settings));
    }
    if (missing == 0) continue;
    const auto neuron = model.settings.find("model.neuron");
    OpenWork& work = open[neuron == model.settings.end() ? "" : neuron->second];
    ++work.models;
    work.points += missing;
    if (work.first == nullptr) work.first = &model;
  }
  return open;
}

struct Estimate {
  double memory_mb = 0.0, seconds = 0.0;
};

/// Measures a few steps of the first model of `work`, and prints the result.
Estimate estimate(const SweepContext& context, const OpenWork& work) {
  const TaskPlugin& plugin = context.host.find(context.sweep.task);
  const ConfigDocument document = with_threads(work.first->document, context.threads);
  const OpenedRun opened =
      open_run(plugin, document, read_config(document, plugin.name, plugin.keys), task_places(), true);
  warn(warnings_of(opened));
  return placing_errors(document, [&] {
    const double memory_mb = static_cast<double>(plan_memory(opened).peak()) / kMegabyte;
    const ModelCost cost = estimate_cost(*opened.task, opened.config, context.sweep.split, kTimingBudget_s);
    fmt::print("like model {}: {} models of {}, {} points of {}, {:.0f} MB\n", work.first->hash, work.models,
               clock_text(cost.training_s), work.points, clock_text(cost.point_s), memory_mb);
    return Estimate{memory_mb, static_cast<double>(work.models) * cost.training_s +
                                   static_cast<double>(work.points) * cost.point_s};
  });
}

void print_estimates(const SweepContext& context, const std::map<std::string, OpenWork>& open, std::size_t jobs) {
  Estimate sum;
  std::size_t open_models = 0;
  for (const auto& [neuron, work] : open) {
    const Estimate part = estimate(context, work);
    open_models += work.models;
    sum.memory_mb = std::max(sum.memory_mb, part.memory_mb);
    sum.seconds += part.seconds;
  }
  const auto at_once = static_cast<double>(std::min(jobs, open_models));
  fmt::print(
      "about {} and {:.0f} MB in all, with {:.0f} at once and {} threads each, on this machine as busy as it is\n",
      clock_text(sum.seconds / at_once), sum.memory_mb * at_once, at_once, context.threads);
}

}  // namespace

void print_sweep_dry_run(const SweepContext& context, std::span<const SweepModel> models, std::size_t jobs) {
  const auto open = list_points(context.directory, models);
  std::size_t open_models = 0, open_points = 0;
  for (const auto& [neuron, work] : open) {
    open_models += work.models;
    open_points += work.points;
  }
  fmt::print("{} models to train or to evaluate, {} points to do\n", open_models, open_points);
  if (open_models == 0) return;
  try {
    print_estimates(context, open, jobs);
  } catch (const DataToBeMade& missing) {
    print_data_to_be_made(missing);
  }
}

}  // namespace hetsyn::cli
