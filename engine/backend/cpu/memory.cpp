#include <algorithm>
#include <vector>

#include "backend/cpu/isa.hpp"
#include "backend/cpu/make_cpu_backend.hpp"
#include "backend/cpu/parallel.hpp"
#include "backend/cpu/population.hpp"
#include "backend/parameter_store.hpp"

/// Computes the memory of the CPU backend from the lists of arrays that it allocates.
namespace hetsyn::cpu {
namespace {

std::vector<Population> plan_populations(const NetworkLayout& network, std::size_t lanes) {
  std::vector<Population> populations;
  for (const PopulationLayout& layout : network.populations) {
    populations.emplace_back(layout, lanes, populations.empty(), Storage::planned);
  }
  return populations;
}

std::size_t projection_bytes(std::vector<Population>& populations) {
  CountBytes count;
  for (Population& population : populations) {
    population.feedforward.each_array(count);
    if (population.recurrent) population.recurrent->each_array(count);
  }
  return count.bytes;
}

std::size_t tape_bytes(std::vector<Population>& populations, const TapeShape& shape) {
  CountBytes count;
  for (Population& population : populations) population.each_tape_array(shape, count);
  return count.bytes;
}

std::size_t readout_bytes(const NetworkLayout& network, const InputBatch& batch) {
  return batch.size() * batch.steps * network.outputs() * sizeof(float);
}

/// The states before each part of the tape and the adjoints after it.
std::size_t checkpoint_bytes(std::vector<Population>& populations, std::size_t samples, std::size_t parts) {
  if (parts == 1) return 0;
  CountBytes states, adjoints;
  for (Population& population : populations) {
    const CarryShape shape = population.carry_shape(samples, &population == populations.data(), false);
    population.forward.each_array(shape, states);
    population.backward.each_array(shape, adjoints);
  }
  return parts * states.bytes + adjoints.bytes;
}

/// Spike lists for the input of populations above the first, and for recurrent projections. Lists for the input of the
/// network belong to the samples.
std::size_t event_list_bytes(const std::vector<Population>& populations, const TapeShape& shape) {
  CountBytes count;
  for (const Population& population : populations) {
    const PopulationLayout& layout = population.layout;
    if (&population != &populations.front()) {
      SpikeLists().each_array(layout.sharing, layout.inputs, shape.time.blocks, count);
    }
    if (layout.recurrent) SpikeLists().each_array(layout.sharing, layout.size, shape.time.blocks, count);
  }
  return count.bytes * shape.samples;
}

/// λ and μ of one sample for the sums of gradients, at most.
std::size_t adjoints_of_a_task(const std::vector<Population>& populations) {
  std::size_t most = 0;
  for (const Population& population : populations) {
    if (!population.per_synapse()) continue;
    const std::size_t channels = std::max(population.layout.inputs, population.recurrent ? population.layout.size : 0);
    most = std::max(most, 2 * std::min(channels, kChunk) * population.lanes);
  }
  return most;
}

/// Scratch memory of the threads; see the calls of Scratch::get().
std::size_t scratch_bytes(const std::vector<Population>& populations, const TapeShape& shape, std::size_t threads) {
  const std::size_t together = lockstep(shape.samples);
  std::size_t strip = 0, forward = 0, d_spike = 0, backward = 0;  // floats
  for (const Population& population : populations) {
    const std::size_t size = population.layout.size;
    strip = std::max(strip, population.feedforward.pre * population.lanes);
    d_spike = std::max(d_spike, together * population.sample_stride(shape.time));
    backward = std::max(backward, size * population.lanes);
    if (!population.recurrent) continue;
    if (!population.per_synapse()) {
      backward = std::max(backward, shared_carry(together, population.padded()));
      continue;
    }
    forward = std::max(forward, population.padded() * size);
    backward = std::max(backward, recurrent_carry(together, size, population.padded()));
  }
  if (span_count(shape.time.blocks) > 1) strip = std::max(strip, adjoints_of_a_task(populations) * shape.samples);
  const std::size_t busy = std::min(threads, (shape.samples + together - 1) / together);
  const std::size_t of_a_sample = std::max({strip, forward, d_spike}) + d_spike + backward;
  return (busy * of_a_sample + (threads - busy) * strip) * sizeof(float);
}

/// λ and μ of all synapses, which a batch of one sample needs for the gradient tasks that run in parallel with its
/// backward pass.
std::size_t follower_bytes(const std::vector<Population>& populations, const TapeShape& shape) {
  if (shape.samples > 1) return 0;
  std::size_t synapses = 0;
  for (const Population& population : populations) {
    if (!population.per_synapse()) continue;
    synapses += population.padded() * population.layout.inputs;
    if (population.recurrent) synapses += population.padded() * population.layout.size;
  }
  return 2 * synapses * sizeof(float);
}

double mean_prepared_bytes(DecaySharing sharing, const InputBatch& batch) {
  if (batch.kind != InputKind::events) return 0.0;
  std::size_t bytes = 0;
  for (const auto& sample : batch.samples) {
    bytes += prepare_lists(sharing, sample->spikes, batch.inputs, batch.steps)->bytes();
  }
  return static_cast<double>(bytes) / static_cast<double>(batch.size());
}

}  // namespace
}  // namespace hetsyn::cpu

namespace hetsyn {

BackendMemory cpu_memory(const NetworkLayout& network, const InputBatch& batch, const BackendOptions& options) {
  const std::size_t lanes = cpu::select_kernels(options.isa).lanes;
  const auto threads = static_cast<std::size_t>(thread_count(options.threads));
  std::vector<cpu::Population> populations = cpu::plan_populations(network, lanes);
  const std::vector<cpu::BlockRange> parts =
      cpu::divide_tape(cpu::time_shape(batch.steps, lanes).blocks, options.tape_parts);
  const std::size_t longest = std::min(parts.front().end * cpu::kBlock, batch.steps);
  const cpu::TapeShape shape{batch.size(), cpu::time_shape(longest, lanes), true};
  BackendMemory memory{ParameterStore<float>::memory(parameter_layout(network)),
                       cpu::mean_prepared_bytes(network.populations.front().sharing, batch)};
  memory.uses.push_back({"layout for kernels", cpu::projection_bytes(populations)});
  memory.uses.push_back({"tape", cpu::tape_bytes(populations, shape)});
  if (parts.size() > 1) {
    memory.uses.push_back({"checkpoints of the tape", cpu::checkpoint_bytes(populations, batch.size(), parts.size())});
  }
  memory.uses.push_back({"readout", cpu::readout_bytes(network, batch)});
  memory.uses.push_back({"gradient of the loss", cpu::readout_bytes(network, batch)});
  memory.uses.push_back({"event lists", cpu::event_list_bytes(populations, shape)});
  memory.uses.push_back(
      {"scratch", cpu::scratch_bytes(populations, shape, threads) + cpu::follower_bytes(populations, shape)});
  return memory;
}

}  // namespace hetsyn
