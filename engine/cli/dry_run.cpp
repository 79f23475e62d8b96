#include "cli/dry_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "backend/backend.hpp"
#include "cli/output.hpp"
#include "core/process_memory.hpp"
#include "data/data_identity.hpp"
#include "network/spec.hpp"
#include "run/epoch_log.hpp"
#include "sweep/estimate.hpp"
#include "training/length.hpp"
#include "training/protocol.hpp"

namespace hetsyn::cli {
namespace {

constexpr double kTimingBudget_s = 1.0;

std::string populations_text(const RunConfig& config) {
  std::string text = fmt::format("{}", config.model.inputs);
  for (const std::size_t size : config.model.hidden) text += fmt::format("-{}", size);
  return text + fmt::format("-{}{}", config.model.outputs, config.model.recurrent ? ", recurrent" : "");
}

std::string parameters_text(const NetworkLayout& network) {
  const std::vector<std::size_t> counts = parameter_counts(network);
  std::string text;
  for (std::size_t p = 0; p < counts.size(); ++p) {
    text += fmt::format("{}{} {}", p == 0 ? "" : ", ", network.populations[p].name, counts[p]);
  }
  return text;
}

std::string samples_text(const SampleSets& sets) {
  std::string text =
      sets.train.drawn ? std::string("drawn for training") : fmt::format("{} for training", sets.train.indices.size());
  if (sets.validation) text += fmt::format(", {} for validation", sets.validation->indices.size());
  if (sets.test) text += fmt::format(", {} for test", sets.test->indices.size());
  return text;
}

}  // namespace

std::string run_title(const RunConfig& config, const TaskInfo& info) {
  return fmt::format("{} on {}: {} {}, {} parameters, seed {}, device {}", config.task,
                     data_title(info.data_name, info.standin), neuron_model_name(config.model.model),
                     populations_text(config), parameter_count(network_layout(config.model)), config.train.seed,
                     find_backend(config.run.device).name);
}

void print_data_to_be_made(const DataToBeMade& missing) {
  print_fitting(fmt::format(
      "{}\nthe memory and the time of the training can be estimated once the data exist; nothing was written\n",
      missing.what()));
}

void print_dry_run(const Task& task, const RunConfig& config, const MemoryPlan& plan) {
  const SampleSets sets = divide_samples(task, config.train);
  const TrainingLength length = training_length(sets.train, config.train);
  print_fitting(
      fmt::format("{}\ntrained parameters: {}\nsamples: {}; {} inputs, {} steps each\n"
                  "epochs: {} of {} optimizer steps, {} steps in all; {} samples per step\n",
                  run_title(config, task.info()), parameters_text(network_layout(config.model)), samples_text(sets),
                  task.info().inputs, task.info().steps, length.epochs(), length.steps_per_epoch, length.steps,
                  config.train.batch * config.train.accumulate));
  fmt::print("memory:\n{}", memory_table(plan, terminal_of(STDOUT_FILENO).columns));
}

void print_time_estimate(const Task& task, const RunConfig& config, const MemoryPlan& plan) {
  std::fflush(stdout);  // the memory is known already
  if (plan.peak() > available_memory()) {
    print_fitting("time: not estimated, since this machine does not have that memory free now\n");
    return;
  }
  const ModelCost cost = estimate_cost(task, config, "test", kTimingBudget_s);
  print_fitting(fmt::format(
      "time: about {}, an estimate from a few steps on this machine as busy as it is; nothing was written\n",
      clock_text(cost.training_s)));
}

}  // namespace hetsyn::cli
