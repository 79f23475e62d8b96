#include "cli/sweep_dry_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include "cli/dry_run.hpp"
#include "cli/output.hpp"
#include "cli/setup.hpp"
#include "run/epoch_log.hpp"
#include "sweep/estimate.hpp"

namespace hetsyn::cli {
namespace {

constexpr double kTimingBudget_s = 2.0;
constexpr std::size_t kMostListed = 12;

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

using OpenWorks = std::map<std::string, OpenWork>;  ///< by model.neuron (empty if that is not an axis)

OpenWorks open_work(const SweepDirectory& directory, std::span<const SweepModel> models) {
  OpenWorks open;
  for (const SweepModel& model : models) {
    const auto missing = static_cast<std::size_t>(std::ranges::count_if(
        model.points, [&](const SweepPoint& point) { return directory.state(model, point) == PointState::missing; }));
    if (missing == 0) continue;
    const auto neuron = model.settings.find("model.neuron");
    OpenWork& work = open[neuron == model.settings.end() ? "" : neuron->second];
    ++work.models;
    work.points += missing;
    if (work.first == nullptr) work.first = &model;
  }
  return open;
}

/// What a line says of a point, longest first.
std::array<std::string, 4> point_forms(const SweepContext& context, const SweepModel& model, const SweepPoint& point) {
  const std::string state = state_name(context.directory.state(model, point));
  return {fmt::format("{} {:<8} model {}  {}", point.hash, state, model.hash, settings_text(point.settings)),
          fmt::format("{:<8} {}", state, settings_text(point.settings)),
          fmt::format("{:<8} {}", state, short_settings_text(point.settings)),
          fmt::format("{:<8} {}", state, values_text(point.settings))};
}

/// The keys of the values of the last form.
std::string keys_text(const SweepSettings& settings) {
  std::string text;
  for (const auto& [key, value] : settings) text += (text.empty() ? "" : ", ") + key;
  return text;
}

/// Lists the points; on a terminal only the first ones, so that what comes before remains in sight.
void list_points(const SweepContext& context, std::span<const SweepModel> models) {
  const Terminal terminal = terminal_of(STDOUT_FILENO);
  std::size_t points = 0, printed = 0;
  for (const SweepModel& model : models) points += model.points.size();
  const bool all = !terminal.redraws || context.options.verbose || points <= kMostListed;
  for (const SweepModel& model : models) {
    for (const SweepPoint& point : model.points) {
      if (!all && printed == kMostListed) {
        print_fitting(fmt::format("… and {} more; --verbose lists them, and so does a pipe\n", points - kMostListed));
        return;
      }
      const auto forms = point_forms(context, model, point);
      const bool without_keys = columns_of(forms[2]) > terminal.columns;
      if (printed++ == 0 && without_keys) print_fitting(fmt::format("{:<8} {}\n", "", keys_text(point.settings)), 9);
      fmt::print("{}\n", first_fitting(forms, terminal.columns));
    }
  }
}

struct Estimate {
  double memory_mb = 0.0, seconds = 0.0;
  std::string text = {};
};

/// Measures a few steps of the first model of `work`.
Estimate estimate(const SweepContext& context, const OpenWork& work) {
  const TaskPlugin& plugin = context.host.find(context.sweep.task);
  const ConfigDocument document = with_threads(work.first->document, context.threads);
  const OpenedRun opened =
      open_run(plugin, document, read_config(document, plugin.name, plugin.keys), task_places(), true);
  warn(warnings_of(opened));
  return placing_errors(document, [&] {
    const double memory_mb = static_cast<double>(plan_memory(opened).peak()) / kMegabyte;
    const ModelCost cost = estimate_cost(*opened.task, opened.config, context.sweep.split, kTimingBudget_s);
    const double seconds =
        static_cast<double>(work.models) * cost.training_s + static_cast<double>(work.points) * cost.point_s;
    return Estimate{
        memory_mb, seconds,
        fmt::format("like model {}: {} models of {}, {} points of {}, {:.0f} MB\n", work.first->hash, work.models,
                    clock_text(cost.training_s), work.points, clock_text(cost.point_s), memory_mb)};
  });
}

void print_estimates(const SweepContext& context, const OpenWorks& open, std::size_t jobs) {
  Estimate sum;
  std::string parts;
  std::size_t open_models = 0;
  for (const auto& [neuron, work] : open) {
    const Estimate part = estimate(context, work);
    parts += part.text;
    open_models += work.models;
    sum.memory_mb = std::max(sum.memory_mb, part.memory_mb);
    sum.seconds += part.seconds;
  }
  const auto at_once = static_cast<double>(std::min(jobs, open_models));
  print_fitting(fmt::format(
      "about {} and {:.0f} MB in all, with {:.0f} at once and {} threads each, on this machine as busy as it is\n{}",
      clock_text(sum.seconds / at_once), sum.memory_mb * at_once, at_once, context.threads, parts));
}

}  // namespace

void print_sweep_dry_run(const SweepContext& context, std::span<const SweepModel> models, std::size_t jobs) {
  const OpenWorks open = open_work(context.directory, models);
  std::size_t open_models = 0, open_points = 0;
  for (const auto& [neuron, work] : open) {
    open_models += work.models;
    open_points += work.points;
  }
  fmt::print("{} models to train or to evaluate, {} points to do\n", open_models, open_points);
  std::fflush(stdout);  // measuring takes some seconds
  try {
    if (open_models > 0) print_estimates(context, open, jobs);
  } catch (const DataToBeMade& missing) {
    print_data_to_be_made(missing);
  }
  list_points(context, models);
}

}  // namespace hetsyn::cli
