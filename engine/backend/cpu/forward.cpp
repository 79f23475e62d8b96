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
  const std::size_t blocks = time_shape(batch.steps, kernels_.lanes).blocks;
  parts_ = divide_tape(blocks, most_parts_);
  const std::size_t longest = std::min(parts_.front().end * kBlock, batch.steps);
  const TapeShape shape{batch.size(), time_shape(longest, kernels_.lanes), options.dropout.has_value()};
  readout_.resize(batch.size() * batch.steps * network_.outputs());
  counts_.resize(populations_.size());
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    Population& population = populations_[p];
    population.each_tape_array(shape, ResizeArrays{});
    population.built_lists.resize(batch.size());
    population.input_lists.resize(batch.size());
    const double dropout = options.dropout && p > 0 ? populations_[p - 1].layout.dropout : 0.0;
    population.input_scale = dropout > 0.0 ? static_cast<float>(dropout_scale(dropout)) : 1.0F;
    counts_[p].assign(population.layout.spiking ? batch.size() * population.layout.size : 0, 0.0F);
    population.checkpoints.clear();
  }
  clear_forward();
}

/// The spike lists of the input of population p. Those of the first population are for all steps, made once; the others
/// belong to the part on the tape.
void CpuBackend::build_input_lists(std::size_t p, std::size_t b) {
  if (p == 0 && (batch_.kind == InputKind::analog || part_.first > 0)) return;
  Population& population = populations_[p];
  SpikeLists& lists = population.built_lists[b];
  population.input_lists[b] = &lists;
  if (p == 0) {
    const PreparedLists* const prepared = prepared_lists(batch_, b);
    if (prepared != nullptr) {
      population.input_lists[b] = &prepared->lists;
      return;
    }
    return lists.build(population.layout.sharing, batch_.samples[b]->spikes, batch_.inputs, batch_.steps);
  }
  Population& below = populations_[p - 1];
  std::uint8_t* const seen =
      divided() && population.per_synapse() ? population.forward.seen.data() + b * below.layout.size : nullptr;
  const std::size_t blocks = part_.time.blocks;
  if (below.kept.empty()) {
    lists.build(population.layout.sharing, below.spikes[b].data(), below.layout.size, below.padded(), blocks, seen);
    return;
  }
  Patterns& kept = below.kept[b];
  kernels_.dropout_keep(*options_.dropout, static_cast<std::uint32_t>(p - 1), static_cast<std::uint32_t>(b),
                        dropout_threshold(below.layout.dropout), {part_.first, part_.first + blocks}, below.padded(),
                        kept.data());
  Patterns patterns(kept.size());
  std::ranges::transform(kept, below.spikes[b], patterns.begin(),
                         [](std::uint8_t keep, std::uint8_t spike) { return static_cast<std::uint8_t>(keep & spike); });
  lists.build(population.layout.sharing, patterns.data(), below.layout.size, below.padded(), blocks, seen);
}

std::shared_ptr<const PreparedInput> CpuBackend::prepare(const InputSample& sample, InputKind kind,
                                                         std::size_t steps) const {
  if (kind != InputKind::events) return nullptr;
  return prepare_lists(network_.populations.front().sharing, sample.spikes, network_.inputs(), steps);
}

/// x of a sample from the part on the tape on; null if the population receives spikes.
const float* CpuBackend::analog_input(const Population& population, std::size_t sample) const {
  if (place(population) > 0 || batch_.kind != InputKind::analog) return nullptr;
  return batch_.samples[sample]->analog.data() + part_.first * kBlock * population.feedforward.pre;
}

/// Writes the feed-forward current of one strip to the tape, where the neurons turn it into V. With a decay per
/// synapse.
void CpuBackend::drive_strip(Population& population, std::size_t strip, std::size_t sample, Scratch& scratch) {
  const Projection& projection = population.feedforward;
  const TimeShape& time = part_.time;
  const std::size_t size = projection.pre * population.lanes;
  float* const state =
      carried(population.forward.current, (sample * population.strips + strip) * size, size, scratch, 0);
  float* const drive = population.potentials(time, sample) + strip * time.strip_stride;
  std::fill_n(drive, time.strip_stride, 0.0F);
  const std::size_t at = projection.strip(strip);
  const float* const w = projection.w_post.data() + at;
  if (const float* const x = analog_input(population, sample); x != nullptr) {
    return kernels_.analog_forward(projection.r_post.data() + at, w, x, projection.pre, time, state, drive);
  }
  const EventListView lists = population.input_lists[sample]->blocks.view();
  kernels_.synapse_forward(projection.powers.data() + at * kPowers, w,
                           lists.part(place(population) == 0 ? part_.first : 0, time.blocks), population.input_scale,
                           state, drive);
}

/// The same for all strips of a sample, with shared decays.
void CpuBackend::drive_shared(Population& population, std::size_t sample) {
  const Projection& projection = population.feedforward;
  const TimeShape& time = part_.time;
  float* const drive = population.potentials(time, sample);
  if (const float* const x = analog_input(population, sample); x != nullptr) {
    for (std::size_t strip = 0; strip < population.strips; ++strip) {
      kernels_.shared_analog_forward(projection.w_post.data() + projection.strip(strip), projection.row(strip), x,
                                     projection.pre, time, drive + strip * time.strip_stride);
    }
    return;
  }
  const SpikeOrderView spikes =
      population.input_lists[sample]->order.view().from(place(population) == 0 ? part_.first : 0);
  for (std::size_t strip = 0, strips = 0; strip < population.strips; strip += strips) {
    strips = projection.row_strips(strip);
    kernels_.shared_forward(projection.w_post.data() + projection.strip(strip), strips, spikes, time,
                            population.input_scale, drive + strip * time.strip_stride);
  }
}

/// Neurons without a recurrent projection, one strip, with a decay per synapse.
void CpuBackend::run_strip(Population& population, std::size_t strip, std::size_t sample, Scratch& scratch) {
  drive_strip(population, strip, sample, scratch);
  if (population.recurrent || !population.layout.spiking) return;
  const std::size_t size = kCellRows * population.lanes;
  float* const cell = carried(population.forward.cells, (sample * population.strips + strip) * size, size, scratch, 1);
  kernels_.neuron_forward(population.neurons(), strip, part_.time,
                          population.potentials(part_.time, sample) + strip * part_.time.strip_stride,
                          population.spikes[sample].data(), nullptr, false, cell);
}

/// A sample's forward pass through a population with shared decays.
void CpuBackend::run_shared(Population& population, std::size_t sample, Scratch& scratch) {
  const TimeShape& time = part_.time;
  drive_shared(population, sample);
  if (population.recurrent && !population.per_projection()) return run_recurrent(population, sample, scratch);
  const std::size_t size = kCellRows * population.lanes;
  float* const cells =
      carried(population.forward.cells, sample * population.strips * size, population.strips * size, scratch, 1);
  float* const currents = population.decay.currents(population.sample_stride(time), sample);
  for (std::size_t strip = 0; strip < population.strips; ++strip) {
    float* const v = population.potentials(time, sample) + strip * time.strip_stride;
    float* const cell = cells + strip * size;
    float* const current = currents == nullptr ? nullptr : currents + strip * time.strip_stride;
    kernels_.leak_forward(population.decay.r.data() + strip * population.lanes, time, v,
                          cell + kCurrentRow * population.lanes);
    if (population.layout.spiking && !population.recurrent) {
      kernels_.neuron_forward(population.neurons(), strip, time, v, population.spikes[sample].data(), current,
                              population.layout.tie_reset_decay, cell);
    } else if (current != nullptr) {
      std::copy_n(v, time.steps * population.lanes, current);
    }
  }
  if (population.recurrent) run_recurrent(population, sample, scratch);
}

void CpuBackend::run_recurrent(Population& population, std::size_t sample, Scratch& scratch) {
  const Projection& projection = *population.recurrent;
  const TimeShape& time = part_.time;
  const std::size_t padded = population.padded();
  float* const potential = population.potentials(time, sample);
  float* const cells = carried(population.forward.cells, sample * padded * kCellRows, padded * kCellRows, scratch, 1);
  std::uint32_t* const integers = scratch.integers(1 + 4 * padded);
  std::uint8_t* const spikes = population.spikes[sample].data();
  if (population.per_synapse()) {
    const std::size_t size = padded * projection.pre;
    float* const state = carried(population.forward.recurrent_current, sample * size, size, scratch, 0);
    std::uint32_t* const active = divided() ? population.forward.active.data() + sample * (1 + padded) : integers;
    if (!divided()) active[0] = 0;
    kernels_.recurrent_forward(population.neurons(), projection.r_post.data(), projection.w_post.data(), time,
                               potential, spikes, state, cells, active, integers + 1 + padded);
  } else {
    SharedDecay& decay = population.decay_of_recurrence();
    kernels_.shared_recurrent_forward(population.neurons(), decay.r.data(), projection.w_post.data(), time, potential,
                                      spikes, decay.currents(population.sample_stride(time), sample),
                                      population.layout.tie_reset_decay, population.per_projection(), cells, integers);
  }
}

/// Readout and spike counts of the part on the tape.
void CpuBackend::write_answers() {
  const std::size_t top = populations_.size() - 1;
  const Field field = populations_[top].layout.spiking ? Field::spike : Field::potential;
  workers_.for_each(batch_.size(), [&](std::size_t b, Scratch&) {
    copy_tape(field, top, b, readout_);
    count_spikes(b);
  });
}

/// Runs a part from the state that the part before has left.
void CpuBackend::run_part(std::size_t part) {
  on_tape_ = part;
  part_ = {time_shape(std::min(parts_[part].end * kBlock, batch_.steps) - parts_[part].begin * kBlock, kernels_.lanes),
           parts_[part].begin};
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    Population& population = populations_[p];
    if (!population.per_synapse()) {
      // A sample at a time, whose tape stays in the cache meanwhile.
      workers_.for_each(batch_.size(), [&](std::size_t b, Scratch& scratch) {
        build_input_lists(p, b);
        run_shared(population, b, scratch);
      });
      continue;
    }
    workers_.for_each(batch_.size(), [&](std::size_t b, Scratch&) { build_input_lists(p, b); });
    // Strips are the outer loop, so that a thread keeps the parameters of one strip in its cache for all samples.
    workers_.for_each(population.strips * batch_.size(), [&](std::size_t task, Scratch& scratch) {
      run_strip(population, task / batch_.size(), task % batch_.size(), scratch);
    });
    if (!population.recurrent) continue;
    workers_.for_each(batch_.size(), [&](std::size_t b, Scratch& scratch) { run_recurrent(population, b, scratch); });
  }
}

void CpuBackend::run_forward(const InputBatch& batch, const ForwardOptions& options) {
  pack();
  start_batch(batch, options);
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    if (part > 0 && options.keep_tape) keep_checkpoint();
    run_part(part);
    write_answers();
  }
}

}  // namespace hetsyn::cpu
