#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <hetsyn/exceptions.hpp>
#include <limits>

#include "cli/commands.hpp"
#include "cli/number.hpp"
#include "cli/output.hpp"
#include "cli/sample_text.hpp"
#include "cli/setup.hpp"
#include "report/html/sample_page.hpp"
#include "training/protocol.hpp"

namespace hetsyn::cli {
namespace {

std::size_t split_named(const TaskInfo& info, const std::string& name) {
  const auto at = std::ranges::find(info.splits, name, &Split::name);
  if (at != info.splits.end()) return static_cast<std::size_t>(at - info.splits.begin());
  std::vector<std::string> names;
  for (const Split& split : info.splits) names.push_back(split.name);
  throw UsageError(
      fmt::format("--split {}: task {} has no such split; expected {}", name, info.name, fmt::join(names, ", ")));
}

std::uint64_t sample_index(const Options& options, const Split& split) {
  const std::uint64_t most = split.drawn ? std::numeric_limits<std::uint64_t>::max() : split.samples - 1;
  return options.index ? number_option<std::uint64_t>("--index", *options.index, 0, most) : 0;
}

/// The keys that change what a network is given, which this verb does not obey.
void warn_of_damage(const RunConfig& config) {
  const bool damaged = !config.perturb.spikes.none() || config.perturb.warp_log2 != 0.0;
  if (!damaged && config.train.augmentation.none()) return;
  warn({"the sample is shown as the task makes it, without [perturb] and [augment]"});
}

}  // namespace

int show_sample(const Options& options) {
  if (options.json && options.html) throw UsageError("--json and --html exclude each other");
  const ConfigDocument document = load_document(options);
  const PluginHost host = discover_plugins(options);
  const TaskPlugin& plugin = choose_task(host, options, document);
  const RunConfig config = read_config(document, plugin.name, plugin.keys);
  warn_of_damage(config);
  const std::unique_ptr<Task> task = open_task(plugin, config, document, task_places());
  const TaskInfo& info = task->info();
  const std::size_t split = split_named(info, options.split.value_or("train"));
  // The samples of a run's evaluations, and of its first epoch.
  const std::uint64_t seed = sample_seed(config.train.seed, info.splits[split].role, 0);
  DescribedSample sample = described_sample(
      *task, {.split = split, .index = sample_index(options, info.splits[split]), .seed = seed, .steps = info.steps});
  sample.seed = config.train.seed;
  if (options.html) {
    write_page(*options.html, sample_page(info, sample));
  } else if (options.json) {
    print_result(described_sample_json(info, sample) + "\n");
  } else {
    print_result(sample_text(info, sample, result_terminal()));
  }
  return kExitSuccess;
}

}  // namespace hetsyn::cli
