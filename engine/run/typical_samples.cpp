#include "run/typical_samples.hpp"

#include <algorithm>

namespace hetsyn {
namespace {

constexpr std::size_t kTypicalSamples = 32;

}  // namespace

std::vector<Sample> typical_samples(const Task& task, const SampleSet& train, std::uint64_t seed) {
  const std::size_t available = train.drawn ? kTypicalSamples : train.indices.size();
  const std::size_t count = std::min(kTypicalSamples, available);
  std::vector<Sample> samples;
  for (std::size_t n = 0; n < count; ++n) {
    const std::uint64_t index = train.drawn ? n : train.indices[n * available / count];
    samples.push_back(task.fill({.split = train.split,
                                 .index = index,
                                 .seed = sample_seed(seed, SplitRole::train, 0),
                                 .steps = task.info().steps,
                                 .time_scale = 1.0}));
  }
  return samples;
}

InputBatch batch_of(const TaskInfo& info, std::span<const Sample> samples, std::size_t size) {
  InputBatch batch;
  batch.kind = info.input_kind;
  batch.steps = info.steps;
  batch.inputs = info.inputs;
  for (std::size_t b = 0; b < size; ++b) batch.samples.push_back(samples[b % samples.size()].input);
  return batch;
}

}  // namespace hetsyn
