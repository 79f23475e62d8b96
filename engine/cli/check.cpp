#include <hetsyn/exceptions.hpp>

#include "cli/check_text.hpp"
#include "cli/commands.hpp"
#include "cli/number.hpp"
#include "cli/output.hpp"
#include "cli/setup.hpp"
#include "data/check/task_check.hpp"

namespace hetsyn::cli {
namespace {

constexpr std::uint64_t kMostSamples = 1'000'000;

}  // namespace

int check_task(const Options& options) {
  TaskCheckOptions wanted;
  if (options.samples) wanted.samples = number_option<std::uint64_t>("--samples", *options.samples, 1, kMostSamples);
  const ConfigDocument document = load_document(options);
  const PluginHost host = discover_plugins(options);
  const TaskPlugin& plugin = choose_task(host, options, document);
  const RunConfig config = read_config(document, plugin.name, plugin.keys);
  const std::unique_ptr<Task> task = open_task(plugin, config, document, task_places());
  wanted.seed = config.train.seed;
  wanted.threads = config.run.threads;
  const TaskCheck result = hetsyn::check_task(*task, wanted);
  print_result(options.json ? task_check_json(task->info(), result) + "\n"
                            : check_text(task->info(), result, result_terminal()));
  return result.count(Verdict::broken) == 0 ? kExitSuccess : kExitFailure;
}

}  // namespace hetsyn::cli
