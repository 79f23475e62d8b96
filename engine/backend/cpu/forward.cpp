#include <fmt/format.h>

#include <algorithm>

#include "backend/check.hpp"
#include "backend/cpu/cpu_backend.hpp"
#include "backend/dropout.hpp"

namespace hetsyn::cpu {
namespace {

/// The lists that prepare() made for sample b; null if they are missing or have another number of steps.
const PreparedLists* prepared_lists(const InputBatch& batch, std::size_t b) {
  if (batch.prepared.empty()) return nullptr;
  const auto* const prepared = dynamic_cast<const PreparedLists*>(batch.prepared[b].get());
  return prepared != nullptr && prepared->steps == batch.steps ? prepared : nullptr;
}

}  // namespace

void CpuBackend::start_batch(const InputBatch& batch, const ForwardOptions& options) {
  batch_ = batch;
  options_ = options;
  time_ = time_shape(batch.steps, kernels_.lanes);
  const TapeShape shape{batch.size(), time_, options.dropout.has_value()};
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    Population& population = populations_[p];
    population.each_tape_array(shape, ResizeArrays{});
    population.built_lists.resize(batch.size());
    population.input_lists.resize(batch.size());
    const double dropout = options.dropout && p > 0 ? populations_[p - 1].layout.dropout : 0.0;
    population.input_scale = dropout > 0.0 ? static_cast<float>(dropout_scale(dropout)) : 1.0F;
  }
}

void CpuBackend::build_input_lists(std::size_t p) {
  if (p == 0 && batch_.kind == InputKind::analog) return;
  workers_.for_each(batch_.size(), [&](std::size_t b, Scratch&) {
    Population& population = populations_[p];
    SpikeLists& lists = population.built_lists[b];
    population.input_lists[b] = &lists;
    Patterns patterns;
    if (p == 0) {
      const PreparedLists* const prepared = prepared_lists(batch_, b);
      if (prepared != nullptr) {
        population.input_lists[b] = &prepared->lists;
        return;
      }
      patterns_from_events(batch_.samples[b]->spikes, batch_.inputs, time_.steps, patterns);
      lists.build(population.layout.sharing, patterns.data(), batch_.inputs, batch_.inputs, time_.blocks);
      return;
    }
    Population& below = populations_[p - 1];
    if (below.kept.empty()) {
      lists.build(population.layout.sharing, below.spikes[b].data(), below.layout.size, below.padded(), time_.blocks);
      return;
    }
    Patterns& kept = below.kept[b];
    kernels_.dropout_keep(*options_.dropout, static_cast<std::uint32_t>(p - 1), static_cast<std::uint32_t>(b),
                          dropout_threshold(below.layout.dropout), time_, below.padded(), kept.data());
    patterns.resize(kept.size());
    std::ranges::transform(kept, below.spikes[b], patterns.begin(), [](std::uint8_t keep, std::uint8_t spike) {
      return static_cast<std::uint8_t>(keep & spike);
    });
    lists.build(population.layout.sharing, patterns.data(), below.layout.size, below.padded(), time_.blocks);
  });
}

std::shared_ptr<const PreparedInput> CpuBackend::prepare(const InputSample& sample, InputKind kind,
                                                         std::size_t steps) const {
  if (kind != InputKind::events) return nullptr;
  return prepare_lists(network_.populations.front().sharing, sample.spikes, network_.inputs(), steps);
}

/// Writes the feed-forward current of one strip to the tape, where the neurons turn it into V.
void CpuBackend::drive_strip(Population& population, std::size_t strip, std::size_t sample, Scratch& scratch) {
  const Projection& projection = population.feedforward;
  float* const drive = population.potentials(time_, sample) + strip * time_.strip_stride;
  std::fill_n(drive, time_.strip_stride, 0.0F);
  const float* const w = projection.w_post.data() + projection.strip(strip);
  if (&population == populations_.data() && batch_.kind == InputKind::analog) {
    const float* const x = batch_.samples[sample]->analog.data();
    if (population.per_synapse()) {
      kernels_.analog_forward(projection.r_post.data() + projection.strip(strip), w, x, projection.pre, time_, drive);
    } else {
      kernels_.shared_analog_forward(w, x, projection.pre, time_, drive);
    }
    return;
  }
  const SpikeLists& lists = *population.input_lists[sample];
  if (population.per_synapse()) {
    kernels_.synapse_forward(projection.powers.data() + projection.strip(strip) * kPowers, w, lists.blocks.view(),
                             population.input_scale, scratch.get(0, projection.pre * population.lanes), drive);
  } else {
    kernels_.shared_forward(w, lists.order.view(), time_, population.input_scale, drive);
  }
}

void CpuBackend::run_strip(Population& population, std::size_t strip, std::size_t sample, Scratch& scratch) {
  drive_strip(population, strip, sample, scratch);
  if (population.recurrent && !population.per_projection()) return;
  float* const v = population.potentials(time_, sample) + strip * time_.strip_stride;
  if (!population.per_synapse()) kernels_.leak_forward(population.decay.r.data() + strip * population.lanes, time_, v);
  float* current = population.decay.currents(population.sample_stride(time_), sample);
  if (current != nullptr) current += strip * time_.strip_stride;
  if (population.layout.spiking && !population.recurrent) {
    kernels_.neuron_forward(population.neurons(), strip, time_, v, population.spikes[sample].data(), current,
                            population.layout.tie_reset_decay);
  } else if (current != nullptr) {
    std::copy_n(v, time_.steps * population.lanes, current);
  }
}

void CpuBackend::run_recurrent(Population& population, std::size_t sample, Scratch& scratch) {
  const Projection& projection = *population.recurrent;
  const std::size_t padded = population.padded();
  float* const potential = population.potentials(time_, sample);
  float* const neuron_state = scratch.get(1, (kNeuronVariables + 1) * padded);
  std::uint32_t* const lists = scratch.integers(4 * padded);
  std::uint8_t* const spikes = population.spikes[sample].data();
  if (population.per_synapse()) {
    kernels_.recurrent_forward(population.neurons(), projection.powers.data(), projection.w_post.data(), time_,
                               potential, spikes, scratch.get(0, padded * projection.pre), neuron_state, lists);
  } else {
    SharedDecay& decay = population.decay_of_recurrence();
    kernels_.shared_recurrent_forward(population.neurons(), decay.r.data(), projection.w_post.data(), time_, potential,
                                      spikes, decay.currents(population.sample_stride(time_), sample),
                                      population.layout.tie_reset_decay, population.per_projection(), neuron_state,
                                      lists);
  }
}

void CpuBackend::write_readout() {
  const Field field = populations_.back().layout.spiking ? Field::spike : Field::potential;
  copy_tape(field, populations_.size() - 1, readout_);
}

void CpuBackend::run_forward(const InputBatch& batch, const ForwardOptions& options) {
  pack();
  start_batch(batch, options);
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    Population& population = populations_[p];
    build_input_lists(p);
    // Strips are the outer loop, so that a thread keeps the parameters of one strip in its cache for all samples.
    workers_.for_each(population.strips * batch_.size(), [&](std::size_t task, Scratch& scratch) {
      run_strip(population, task / batch_.size(), task % batch_.size(), scratch);
    });
    if (!population.recurrent) continue;
    workers_.for_each(batch_.size(), [&](std::size_t b, Scratch& scratch) { run_recurrent(population, b, scratch); });
  }
  write_readout();
  count_spikes();
}

}  // namespace hetsyn::cpu
