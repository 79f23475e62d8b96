#include "bench/workload.hpp"

#include <fmt/format.h>
#include <hetsyn/exceptions.hpp>

#include "base/parallel.hpp"
#include "core/rng.hpp"

namespace hetsyn::bench {
namespace {

NetworkSpec network(std::size_t inputs, std::vector<std::size_t> hidden, std::size_t outputs, double dropout) {
  NetworkSpec spec;
  spec.inputs = inputs;
  spec.hidden = std::move(hidden);
  spec.outputs = outputs;
  spec.recurrent = true;
  spec.dropout = dropout;
  spec.tau_synapse_ms = {InitialDistribution::Kind::uniform, 5.0, 20.0};
  return spec;
}

NetworkSpec memory_network(std::size_t inputs, std::size_t outputs, double dt_ms, double tau_ms) {
  NetworkSpec spec = network(inputs, {100}, outputs, 0.0);
  spec.dt_ms = dt_ms;
  spec.tau_synapse_ms = {InitialDistribution::Kind::normal, tau_ms, tau_ms / 10.0};
  spec.surrogate = {SurrogateKind::triangular, 1.0, 1.0, 2.0, 6.0, 0.15};
  return spec;
}

std::vector<Workload> make_workloads() {
  std::vector<Workload> all;
  all.push_back({"shd", network(700, {128, 64}, 20, 0.2), 32, 250, 0.035, LossKind::softmax_sum});
  all.push_back({"smnist", network(1, {64, 64}, 10, 0.0), 256, 784, 0.0, LossKind::spike_count});
  all.back().network.spiking_readout = true;
  all.push_back({"tidigits", network(500, {64, 32}, 11, 0.5), 32, 200, 0.02, LossKind::softmax_sum});
  all.push_back({"dms", memory_network(30, 2, 5.0, 40.0), 32, 210, 0.05, LossKind::last_step});
  all.push_back({"pattern_generation", memory_network(100, 1, 1.0, 20.0), 1, 2000, 0.012, LossKind::trace_mse});
  return all;
}

InputSample analog_sample(const Workload& workload, RandomStream& random) {
  InputSample sample;
  for (std::size_t n = 0; n < workload.steps * workload.network.inputs; ++n) {
    sample.analog.push_back(static_cast<float>(random.uniform() < 0.8 ? 0.0 : random.uniform()));
  }
  return sample;
}

InputSample event_sample(const Workload& workload, RandomStream& random) {
  InputSample sample;
  SpikeTrain& spikes = sample.spikes;
  spikes.offsets.push_back(0);
  for (std::size_t i = 0; i < workload.network.inputs; ++i) {
    for (std::size_t t = 0; t < workload.steps; ++t) {
      if (random.uniform() < workload.density) spikes.steps.push_back(static_cast<std::uint32_t>(t));
    }
    spikes.offsets.push_back(static_cast<std::uint32_t>(spikes.steps.size()));
  }
  return sample;
}

}  // namespace

const std::vector<Workload>& workloads() {
  static const std::vector<Workload> all = make_workloads();
  return all;
}

const Workload& find_workload(const std::string& name) {
  std::string known;
  for (const Workload& workload : workloads()) {
    if (workload.name == name) return workload;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", workload.name);
  }
  throw UsageError(fmt::format("workload \"{}\" is not known; there are: {}", name, known));
}

InputBatch synthetic_batch(const Workload& workload, std::uint64_t seed) {
  InputBatch batch;
  batch.kind = workload.density > 0.0 ? InputKind::events : InputKind::analog;
  batch.steps = workload.steps;
  batch.inputs = workload.network.inputs;
  batch.samples.resize(workload.batch);
  for_each_index(workload.batch, [&](std::size_t b) {
    RandomStream random(seed, RandomPurpose::sample, static_cast<std::uint32_t>(b));
    batch.samples[b] = std::make_shared<InputSample>(batch.kind == InputKind::analog ? analog_sample(workload, random)
                                                                                     : event_sample(workload, random));
  });
  return batch;
}

std::size_t synapse_count(const NetworkLayout& network) {
  std::size_t count = 0;
  for (const PopulationLayout& population : network.populations) {
    count += population.size * (population.inputs + (population.recurrent ? population.size : 0));
  }
  return count;
}

}  // namespace hetsyn::bench
