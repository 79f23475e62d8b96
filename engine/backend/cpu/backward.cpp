#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "backend/cpu/cpu_backend.hpp"

namespace hetsyn::cpu {

/// Replaces V by g (by λ if the recurrent synapses share a decay with the others, whose gradient is then computed, too)
/// for `count` samples of one population. d_spike is dL/dz, [count] × strips.
void CpuBackend::neurons_backward(Population& population, std::size_t first, std::size_t count, const float* d_spike,
                                  const Progress& progress, Scratch& scratch) {
  const NeuronView neurons = population.neurons();
  const TimeShape& time = part_.time;
  const float* const constant = constants_[place(population)].data();
  const std::size_t stride = population.sample_stride(time);
  const std::size_t padded = population.padded();
  if (!population.recurrent) {
    const std::size_t size = kMostVariables * population.lanes;
    for (std::size_t b = 0; b < count; ++b) {
      float* const sums = population.adaptation.sums_of(first + b);
      for (std::size_t strip = 0; strip < population.strips; ++strip) {
        float* const adjoint =
            carried(population.backward.neurons, ((first + b) * population.strips + strip) * size, size, scratch, 3);
        kernels_.neuron_backward(neurons, strip, time,
                                 population.potentials(time, first + b) + strip * time.strip_stride,
                                 d_spike + b * stride + strip * time.strip_stride, constant, adjoint,
                                 adaptation_sums(sums, strip * population.lanes));
      }
    }
    return;
  }
  const Projection& projection = *population.recurrent;
  std::array<float*, kLockstep> potential{};
  std::array<const float*, kLockstep> d{};
  for (std::size_t b = 0; b < count; ++b) {
    potential[b] = population.potentials(time, first + b);
    d[b] = d_spike + b * stride;
  }
  const auto carry_size = [&](std::size_t samples) {
    return population.per_synapse() ? recurrent_carry(samples, projection.post, padded) : shared_carry(samples, padded);
  };
  float* const carry = carried(population.backward.neurons, carry_size(first), carry_size(count), scratch, 2);
  float* const adaptation = population.adaptation.sums_of(first);
  if (!population.per_synapse()) {
    SharedDecay& decay = population.decay_of_recurrence();
    const bool wants_decay = !population.per_projection() && !decay.current.empty();
    std::array<const float*, kLockstep> current{};
    float* const before = scratch.get(3, count * padded);
    for (std::size_t b = 0; wants_decay && b < count; ++b) {
      current[b] = decay.currents(stride, first + b);
      for (std::size_t strip = 0; strip < population.strips; ++strip) {
        std::ranges::copy(current_before(population, decay, first + b, strip),
                          before + b * padded + strip * population.lanes);
      }
    }
    const DecaySums sums{wants_decay ? current.data() : nullptr, before, decay.d_r.data() + first * padded};
    return kernels_.shared_recurrent_backward(neurons, decay.r.data(), projection.w_pre.data(), time, count,
                                              potential.data(), d.data(), constant, population.per_projection(), sums,
                                              carry, adaptation);
  }
  const std::size_t segment = progress ? kSegment : time.blocks;
  for (std::size_t end = time.blocks; end > 0; end -= std::min(end, segment)) {
    const BlockRange blocks{end - std::min(end, segment), end};
    kernels_.recurrent_backward(neurons, projection.r_pre.data(), projection.w_pre.data(), time, blocks, count,
                                potential.data(), d.data(), constant, carry, adaptation);
    if (progress) progress(population, blocks);
  }
}

/// Writes one strip of dL/dx of population p for one sample; of p > 0, this is dL/dz of the population below.
void CpuBackend::inputs_backward(std::size_t p, std::size_t sample, std::size_t strip, float* d_x, Scratch& scratch) {
  Population& population = populations_[p];
  const Projection& projection = population.feedforward;
  const TimeShape& time = part_.time;
  const float* const g = population.potentials(time, sample);
  const std::size_t padded = projection.pre_strips * projection.lanes;
  const bool drops = p > 0 && !populations_[p - 1].kept.empty();
  const std::uint8_t* const keep = drops ? populations_[p - 1].kept[sample].data() + strip * projection.lanes : nullptr;
  const std::size_t at = projection.pre_strip(strip);
  if (population.per_synapse()) {
    const std::size_t size = projection.post * population.lanes;
    float* const state =
        carried(population.backward.inputs, (sample * projection.pre_strips + strip) * size, size, scratch, 2);
    kernels_.input_gradient(projection.r_pre.data() + at, projection.w_pre.data() + at, projection.post, time, g, keep,
                            padded, population.input_scale, state, d_x);
  } else {
    kernels_.shared_input_gradient(projection.w_pre.data() + at, projection.post, time, g, keep, padded,
                                   population.input_scale, d_x);
  }
}

/// Writes dL/dx of the network for the part on the tape, where g (or λ) of the first population is.
void CpuBackend::write_input_gradient(const View<float, 3>& d_input) {
  const Projection& projection = populations_.front().feedforward;
  const TimeShape& time = part_.time;
  workers_.for_each(projection.pre_strips * batch_.size(), [&](std::size_t task, Scratch& scratch) {
    const std::size_t strip = task / batch_.size(), sample = task % batch_.size();
    float* const d_x = scratch.get(0, time.strip_stride);
    inputs_backward(0, sample, strip, d_x, scratch);
    const std::size_t first = strip * projection.lanes;
    const std::size_t count = std::min(projection.pre - first, projection.lanes);
    for (std::size_t t = 0; t < time.steps; ++t) {
      const std::span<float> now = d_input.slice(sample, part_.first * kBlock + t);
      std::copy_n(d_x + t * projection.lanes, count, now.subspan(first).begin());
    }
  });
}

/// Replaces g by λ and computes the gradient of the shared decays for one sample, unless neurons_backward() has.
void CpuBackend::shared_decay_backward(Population& population, std::size_t sample, Scratch& scratch) {
  const TimeShape& time = part_.time;
  const std::size_t stride = population.sample_stride(time);
  float* const adjoint = population.potentials(time, sample);
  if (population.recurrent && !population.per_projection()) return;
  const auto run = [&](SharedDecay& decay, AlignedVector<float>& kept, float* g) {
    float* const current = decay.currents(stride, sample);
    for (std::size_t strip = 0; strip < population.strips; ++strip) {
      const std::size_t at = strip * time.strip_stride;
      const std::size_t cells = sample * population.padded() + strip * population.lanes;
      kernels_.leak_backward(decay.r.data() + strip * population.lanes, time, g + at,
                             carried(kept, cells, population.lanes, scratch, 3));
      if (current != nullptr) add_decay_gradient(population, decay, sample, strip, g + at, current + at);
    }
  };
  if (population.per_projection()) {
    float* const recurrent = population.adjoints(*population.recurrent, time, sample);
    std::copy_n(adjoint, stride, recurrent);
    run(population.recurrent_decay, population.backward.recurrent_leak, recurrent);
  }
  run(population.decay, population.backward.leak, adjoint);
}

/// Adds the gradient of one strip's shared decay, from λ and C of the part on the tape.
void CpuBackend::add_decay_gradient(const Population& population, SharedDecay& decay, std::size_t sample,
                                    std::size_t strip, const float* lambda, const float* current) {
  const std::size_t lanes = population.lanes;
  float* const d_r = decay.d_r.data() + sample * population.padded() + strip * lanes;
  for_spans_backward({0, part_.time.blocks}, [&](BlockRange span) {
    const std::size_t begin = span.begin * kBlock;
    const std::size_t steps = std::min(span.end * kBlock, part_.time.steps) - begin;
    const float* const now = current + begin * lanes;
    if (begin > 0) return kernels_.leak_gradient(steps, lambda + begin * lanes, now, now - lanes, d_r);
    const AlignedVector<float> before = current_before(population, decay, sample, strip);
    kernels_.leak_gradient(steps, lambda, now, before.data(), d_r);
  });
}

/// Writes dL/d(readout) of a sample in strips, for the part on the tape.
void CpuBackend::write_d_readout(const View<const float, 3>& d_readout, std::size_t sample, float* to) const {
  const Population& population = populations_.back();
  const TimeShape& time = part_.time;
  std::fill_n(to, population.sample_stride(time), 0.0F);
  for (std::size_t t = 0; t < time.steps; ++t) {
    const std::span<const float> now = d_readout.slice(sample, part_.first * kBlock + t);
    for (std::size_t strip = 0; strip < population.strips; ++strip) {
      const std::size_t at = strip * population.lanes;
      std::copy_n(now.subspan(at).begin(), std::min(population.lanes, now.size() - at),
                  to + strip * time.strip_stride + t * population.lanes);
    }
  }
}

/// Runs back through time and layers, from the top, for `count` samples; leaves g (or λ) of every population on the
/// tape.
void CpuBackend::backward_samples(std::size_t first, std::size_t count, const View<const float, 3>& d_readout,
                                  const Progress& progress, Scratch& scratch) {
  const TimeShape& time = part_.time;
  std::size_t largest = 0;
  for (const Population& population : populations_) largest = std::max(largest, population.sample_stride(time));
  std::array<float*, 2> d_spike{scratch.get(0, count * largest), scratch.get(1, count * largest)};

  for (std::size_t p = populations_.size(); p-- > 0;) {
    Population& population = populations_[p];
    const std::size_t stride = population.sample_stride(time);
    const bool top = p + 1 == populations_.size();
    for (std::size_t b = 0; top && b < count; ++b) {
      write_d_readout(d_readout, first + b,
                      population.layout.spiking ? d_spike[0] + b * stride : population.potentials(time, first + b));
    }
    if (population.layout.spiking) neurons_backward(population, first, count, d_spike[0], progress, scratch);
    for (std::size_t b = 0; b < count; ++b) {
      if (!population.per_synapse()) shared_decay_backward(population, first + b, scratch);
    }
    const bool in_segments = population.recurrent && population.per_synapse();
    if (progress && !in_segments) progress(population, {0, time.blocks});
    if (p == 0) break;
    const Population& below = populations_[p - 1];
    for (std::size_t b = 0; b < count; ++b) {
      float* const d_x = d_spike[1] + b * below.sample_stride(time);
      for (std::size_t strip = 0; strip < below.strips; ++strip) {
        inputs_backward(p, first + b, strip, d_x + strip * time.strip_stride, scratch);
      }
    }
    std::swap(d_spike[0], d_spike[1]);
  }
}

/// Builds the input lists of the recurrent projections for the part on the tape: a population's own spikes, one step
/// later.
void CpuBackend::build_own_lists() {
  for (Population& population : populations_) {
    if (!population.recurrent) continue;
    population.built_own_lists.resize(batch_.size());
    population.own_lists.resize(batch_.size());
    workers_.for_each(batch_.size(), [&](std::size_t b, Scratch&) {
      const TimeShape& time = part_.time;
      Patterns delayed;
      patterns_delayed(population.spikes[b], spikes_before(population, b), population.padded(), time.blocks, time.steps,
                       delayed);
      std::vector<std::uint8_t> seen = has_spiked_before(population, b);
      population.own_lists[b] = &population.built_own_lists[b];
      population.built_own_lists[b].build(population.layout.sharing, delayed.data(), population.layout.size,
                                          population.padded(), time.blocks, seen.data());
    });
  }
}

std::vector<GradientTask> CpuBackend::gradient_tasks() {
  std::vector<GradientTask> tasks;
  const auto add = [&](Population& population, Projection& projection, const std::vector<const SpikeLists*>* lists,
                       bool whole) {
    // With shared decays, the sums are the same however the inputs are divided.
    const std::size_t parts = std::min(projection.pre, 2 * static_cast<std::size_t>(workers_.threads()));
    const std::size_t chunks = lists == nullptr ? 1 : projection.per_synapse ? chunk_count(projection.pre) : parts;
    for (std::size_t strip = 0, strips = 1; strip < projection.post_strips; strip += strips) {
      strips = lists == nullptr ? 1 : projection.row_strips(strip);
      for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
        const ChannelRange channels{chunk * projection.pre / chunks, (chunk + 1) * projection.pre / chunks};
        tasks.push_back({population, projection, lists, whole, strip, strips, chunk, channels});
      }
    }
  };
  for (Population& population : populations_) {
    const bool first = place(population) == 0;
    const bool analog = first && batch_.kind == InputKind::analog;
    add(population, population.feedforward, analog ? nullptr : &population.input_lists, first);
    if (population.recurrent) add(population, *population.recurrent, &population.own_lists, false);
  }
  return tasks;
}

/// The tasks, of which those that sum the same λ form one piece of work, so that it is loaded once.
std::vector<std::vector<GradientTask>> CpuBackend::gradient_work() {
  std::vector<std::vector<GradientTask>> work;
  for (const GradientTask& task : gradient_tasks()) {
    const auto piece = std::ranges::find_if(
        work, [&](const std::vector<GradientTask>& tasks) { return tasks.front().shares_adjoints(task); });
    if (piece == work.end()) {
      work.push_back({task});
    } else {
      piece->push_back(task);
    }
  }
  return work;
}

/// Adds the sums of the part on the tape, span by span: in each, sample by sample.
void CpuBackend::add_up_gradients() {
  const std::vector<std::vector<GradientTask>> work = gradient_work();
  const std::size_t blocks = part_.time.blocks;
  // λ and μ of all samples are kept from span to span; with one span, they share their memory.
  const std::size_t kept = span_count(blocks) > 1 ? batch_.size() : 1;
  workers_.for_each(work.size(), [&](std::size_t n, Scratch& scratch) {
    const std::size_t size = work[n].front().adjoint_size();  // 0 with shared decays
    float* const fresh = divided() ? nullptr : scratch.get(0, kept * size);
    for_spans_backward({0, blocks}, [&](BlockRange span) {
      for (std::size_t b = 0; b < batch_.size(); ++b) {
        for (const GradientTask& task : work[n]) {
          float* const adjoint = divided() ? kept_sums(task, b) : fresh + b % kept * size;
          if (!divided() && span.end == blocks) std::fill_n(adjoint, size, 0.0F);
          task.add_sample(kernels_, batch_, part_, b, span, adjoint);
        }
      }
    });
  });
}

/// Adds the gradient of r or r_rec if it is shared and trained.
void CpuBackend::add_shared_gradients(std::size_t p, Field field) {
  Population& population = populations_[p];
  const SharedDecay& decay = field == Field::r ? population.decay : population.recurrent_decay;
  const std::span<float> d_r = gradients(p, field);
  for (std::size_t at = 0; at < decay.d_r.size(); at += population.padded()) {
    for (std::size_t j = 0; j < population.layout.size; ++j) d_r[d_r.size() == 1 ? 0 : j] += decay.d_r[at + j];
  }
}

/// Adds the gradients of ρ_a, b and m if they are trained.
void CpuBackend::add_adaptation_gradients(std::size_t p) {
  const Population& population = populations_[p];
  const std::array<std::span<float>, 3> d{gradients(p, Field::rho_a), gradients(p, Field::b), gradients(p, Field::m)};
  const std::size_t strip_size = kAdaptationSums * population.lanes;
  for (std::size_t at = 0; at < population.adaptation.sums.size(); at += population.strips * strip_size) {
    for (std::size_t j = 0; j < population.layout.size; ++j) {
      const float* const sums =
          population.adaptation.sums.data() + at + j / population.lanes * strip_size + j % population.lanes;
      for (std::size_t n = 0; n < d.size(); ++n) d[n][d[n].size() == 1 ? 0 : j] += sums[n * population.lanes];
    }
  }
}

void CpuBackend::unpack_gradients() {
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    Population& population = populations_[p];
    const std::span<float> d_r = gradients(p, Field::r);
    workers_.for_each(population.strips, [&](std::size_t s, Scratch&) {
      population.feedforward.add_gradients(s, population.input_scale, values(p, Field::w), gradients(p, Field::w), d_r);
      if (!population.recurrent) return;
      population.recurrent->add_gradients(s, 1.0F, values(p, Field::w_rec), gradients(p, Field::w_rec),
                                          gradients(p, Field::r_rec));
    });
    for (const Field field : {Field::r, Field::r_rec}) add_shared_gradients(p, field);
    add_adaptation_gradients(p);
  }
  parameters_.mask_gradients();
}

void CpuBackend::start_backward(SpikeGradients d_spike, bool wants_d_input) {
  if (wants_d_input) populations_.front().feedforward.add_pre_lanes(values(0, Field::w), values(0, Field::r));
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    Population& population = populations_[p];
    std::ranges::fill(constants_[p], 0.0F);
    if (!d_spike.empty()) std::ranges::copy(d_spike[p], constants_[p].begin());
    for (SharedDecay* decay : population.shared_decays()) {
      if (population.layout.decay_trainable) decay->d_r.assign(batch_.size() * population.padded(), 0.0F);
    }
    const bool adapts = population.layout.trains_adaptation();
    population.adaptation.sums.assign(adapts ? batch_.size() * population.padded() * kAdaptationSums : 0, 0.0F);
    for (Projection* projection : {&population.feedforward, population.recurrent ? &*population.recurrent : nullptr}) {
      if (projection == nullptr) continue;
      workers_.for_each(projection->post_strips, [&](std::size_t s, Scratch&) { projection->clear_gradients(s); });
    }
    if (divided()) population.backward.each_array(carry_shape(population, wants_d_input), ClearArrays{});
  }
}

/// The backward pass of the part on the tape.
void CpuBackend::backward_part(const View<const float, 3>& d_readout) {
  build_own_lists();
  if (batch_.size() == 1) return backward_single(d_readout);
  const std::size_t group = lockstep(batch_.size());
  const std::size_t groups = (batch_.size() + group - 1) / group;
  workers_.for_each(groups, [&](std::size_t n, Scratch& scratch) {
    backward_samples(n * group, std::min(group, batch_.size() - n * group), d_readout, {}, scratch);
  });
  add_up_gradients();
}

void CpuBackend::run_backward(const OutputGradients& given, std::span<float> d_input) {
  start_backward(given.spikes, !d_input.empty());
  const View<const float, 3> d_readout(given.readout, {batch_.size(), batch_.steps, network_.outputs()});
  for (std::size_t part = parts_.size(); part-- > 0;) {
    if (part != on_tape_) resume(part);
    backward_part(d_readout);
    if (!d_input.empty()) write_input_gradient({d_input, {batch_.size(), batch_.steps, network_.inputs()}});
  }
  unpack_gradients();
}

}  // namespace hetsyn::cpu
