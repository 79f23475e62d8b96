#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <hetsyn/exceptions.hpp>
#include <limits>
#include <utility>

#include "base/core_count.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/log.hpp"
#include "cli/number.hpp"
#include "cli/setup.hpp"
#include "cli/sweep_dry_run.hpp"
#include "cli/sweep_run.hpp"
#include "cli/terminal.hpp"

namespace hetsyn::cli {
namespace {

constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();

/// The integers before and after `separator`; empty where the text is anything else.
std::optional<std::pair<std::size_t, std::size_t>> two_numbers(std::string_view text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  const auto first = parse_number<std::size_t>(text.substr(0, at), 0, kAny);
  const auto second = parse_number<std::size_t>(text.substr(at + 1), 0, kAny);
  return first && second ? std::optional(std::pair(*first, *second)) : std::nullopt;
}

std::size_t job_count(const Options& options) {
  return number_option<std::size_t>("--jobs", options.jobs.value_or("1"), 1, 1024);
}

/// The models whose seed is in --seeds first-last.
std::vector<SweepModel> with_seeds(std::vector<SweepModel> models, const Options& options) {
  if (!options.seeds) return models;
  const std::string_view text = *options.seeds;
  const auto range = two_numbers(text, '-');
  if (!range || range->second < range->first) {
    throw UsageError(fmt::format("--seeds {}: expected first-last, as in 0-9", text));
  }
  std::erase_if(models,
                [&](const SweepModel& model) { return model.seed < range->first || model.seed > range->second; });
  if (models.empty()) throw UsageError(fmt::format("--seeds {}: the sweep has no models with these seeds", text));
  return models;
}

/// Shard i of n has every n-th model, starting with the i-th.
std::vector<SweepModel> shard(std::vector<SweepModel> models, const Options& options) {
  if (!options.shard) return models;
  const std::string_view text = *options.shard;
  const auto part = two_numbers(text, '/');
  if (!part || part->first >= part->second) {
    throw UsageError(fmt::format("--shard {}: expected i/n with i from 0 to n-1, as in 0/4", text));
  }
  std::vector<SweepModel> mine;
  for (std::size_t i = part->first; i < models.size(); i += part->second) mine.push_back(std::move(models[i]));
  return mine;
}

/// The models that this process is responsible for.
std::vector<SweepModel> share(std::vector<SweepModel> models, const Options& options) {
  return shard(with_seeds(std::move(models), options), options);
}

bool is_directory(const Options& options) { return std::filesystem::is_directory(options.sweep); }

SweepFile read_sweep(const Options& options) {
  if (options.sweep.empty()) throw UsageError("which sweep? expected: engine sweep FILE.toml or engine sweep DIR");
  const bool begun = is_directory(options);
  if (begun && !is_sweep_directory(options.sweep)) {
    throw UsageError(fmt::format("{}: is not a sweep directory (it has no sweep.toml)", options.sweep));
  }
  if (begun && options.out) throw UsageError("--out: the sweep directory is given already");
  SweepFile sweep = read_sweep_file(begun ? (std::filesystem::path(options.sweep) / "sweep.toml").string()
                                          : config_file("sweep", options.sweep));
  for (const std::string& assignment : options.set) add_setting(sweep, "--set", assignment);
  if (options.device) add_setting(sweep, "--set", "run.device=" + *options.device);
  if (options.threads) add_setting(sweep, "--set", "run.threads=" + *options.threads);
  if (sweep.task.empty()) {
    throw UsageError(fmt::format("{}: of which task? expected task = \"…\", here or in its base", options.sweep));
  }
  return sweep;
}

std::filesystem::path sweep_path(const Options& options) {
  if (is_directory(options)) return options.sweep;
  if (options.out) return *options.out;
  return std::filesystem::path("runs") / std::filesystem::path(options.sweep).stem();
}

struct Counts {
  std::size_t points = 0, finished = 0, failed = 0;
  [[nodiscard]] std::size_t missing() const { return points - finished - failed; }
};

Counts count_points(const SweepDirectory& directory, std::span<const SweepModel> models) {
  Counts counts;
  for (const SweepModel& model : models) {
    for (const SweepPoint& point : model.points) {
      const PointState state = directory.state(model, point);
      ++counts.points;
      counts.finished += state == PointState::finished ? 1 : 0;
      counts.failed += state == PointState::failed ? 1 : 0;
    }
  }
  return counts;
}

std::string counts_text(const Counts& counts) {
  return fmt::format("{} points: {} finished, {} failed, {} missing", counts.points, counts.finished, counts.failed,
                     counts.missing());
}

int finish(const SweepDirectory& directory, std::span<const SweepModel> models, bool stopped) {
  const std::string path = directory.path().string();
  const Counts counts = count_points(directory, models);
  log::info("{}", counts_text(counts));
  if (stopped) {
    log::warning("interrupted; continue with: engine sweep {}", path);
    return kExitInterrupted;
  }
  if (counts.failed > 0) {
    log::warning("{} points failed; the reasons are in {}/failed; try again with: engine sweep {} --retry-failed",
                 counts.failed, path, path);
  }
  log::info("results: engine report {}", path);
  return counts.failed > 0 ? kExitFailure : kExitSuccess;
}

}  // namespace

int sweep(const Options& options) {
  const std::size_t jobs = job_count(options);
  SweepFile file = read_sweep(options);
  const PluginHost host = discover_plugins(options);
  const TaskPlugin& plugin = find_task(host, file.task, log::program());
  make_paths_absolute(file, plugin.keys);
  std::vector<SweepModel> all = expand_sweep(file, plugin.keys);

  const SweepDirectory directory(sweep_path(options));
  const std::size_t cores = core_count();
  const int threads = static_cast<int>(std::max<std::size_t>(1, cores / jobs));
  const SweepContext context{options, host, directory, file, threads};
  if (options.dry_run) {
    print_sweep_dry_run(context, share(std::move(all), options), jobs);
    return 0;
  }
  directory.create();
  directory.write_plan(file, all);
  const std::vector<SweepModel> models = share(std::move(all), options);
  if (options.retry_failed) {
    for (const SweepModel& model : models) directory.forget_failures(model);
  }
  log::info("{}: {} models, {}", directory.path().string(), models.size(),
            counts_text(count_points(directory, models)));
  const bool table = !options.quiet && terminal_of(STDOUT_FILENO).redraws;
  const bool done = run_models(context, models, jobs, table, stop_on_signal(false));
  return finish(directory, models, !done);
}

}  // namespace hetsyn::cli
