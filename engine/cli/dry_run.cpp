#include "cli/dry_run.hpp"

#include <fmt/format.h>

#include "backend/backend.hpp"
#include "data/data_identity.hpp"
#include "network/spec.hpp"
#include "training/length.hpp"
#include "training/protocol.hpp"

namespace hetsyn::cli {
namespace {

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
  fmt::print("{}\nthe memory of the training can be estimated once the data exist; nothing was written\n",
             missing.what());
}

void print_dry_run(const Task& task, const RunConfig& config, const MemoryPlan& plan) {
  const SampleSets sets = divide_samples(task, config.train);
  const TrainingLength length = training_length(sets.train, config.train);
  fmt::print("{}\n", run_title(config, task.info()));
  fmt::print("trained parameters: {}\n", parameters_text(network_layout(config.model)));
  fmt::print("samples: {}; {} inputs, {} steps each\n", samples_text(sets), task.info().inputs, task.info().steps);
  fmt::print("epochs: {} of {} optimizer steps, {} steps in all; {} samples per step\n", length.epochs(),
             length.steps_per_epoch, length.steps, config.train.batch * config.train.accumulate);
  fmt::print("memory:\n{}", memory_table(plan));
}

}  // namespace hetsyn::cli
