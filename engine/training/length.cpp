#include "training/length.hpp"

#include <algorithm>
#include <hetsyn/exceptions.hpp>

namespace hetsyn {
namespace {

std::uint64_t count_steps_per_epoch(const SampleSet& train, const TrainSettings& settings) {
  if (train.drawn) return settings.iterations_per_epoch;
  const std::size_t samples = settings.batch * settings.accumulate;
  return (train.indices.size() + samples - 1) / samples;
}

std::uint64_t count_steps(const SampleSet& train, const TrainSettings& settings, std::uint64_t steps_per_epoch) {
  if (!settings.iterations) return settings.epochs * steps_per_epoch;
  if (train.drawn) return *settings.iterations;
  throw ConfigError("train.iterations: expected train.epochs, as the task has a fixed set of training samples",
                    "train.iterations");
}

}  // namespace

TrainingLength training_length(const SampleSet& train, const TrainSettings& settings) {
  TrainingLength length;
  length.steps_per_epoch = count_steps_per_epoch(train, settings);
  length.scheduled = count_steps(train, settings, length.steps_per_epoch);
  length.steps = settings.max_steps == 0 ? length.scheduled : std::min(settings.max_steps, length.scheduled);
  return length;
}

}  // namespace hetsyn
