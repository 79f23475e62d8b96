#include "backend/cpu/cpu_backend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "backend/cpu/make_cpu_backend.hpp"
#include "backend/cpu/spike_counts.hpp"

namespace hetsyn {

std::unique_ptr<Backend> make_cpu_backend(NetworkState state, const BackendOptions& options) {
  return std::make_unique<cpu::CpuBackend>(std::move(state), options);
}

namespace cpu {

CpuBackend::CpuBackend(NetworkState state, const BackendOptions& options)
    : kernels_(select_kernels(options.isa)),
      workers_(options.threads),
      network_(std::move(state.network)),
      parameters_(state.layout, state.parameters, state.trainable),
      most_parts_(options.tape_parts) {
  populations_.reserve(network_.populations.size());
  for (std::size_t p = 0; p < network_.populations.size(); ++p) {
    const PopulationLayout& layout = network_.populations[p];
    populations_.emplace_back(layout, kernels_.lanes, p == 0);
    constants_.emplace_back(populations_.back().padded(), 0.0F);
  }
}

void CpuBackend::write(Block block, std::span<const float> values) {
  parameters_.write(block, values);
  packed_ = packed_ && block != Block::parameters;
}

void CpuBackend::update(const OptimizerStep& step) {
  check_size("optimizer constants", step.groups.size(), layout().groups.size());
  float* const parameter = parameters_.block(Block::parameters).data();
  float* const m = parameters_.block(Block::moment1).data();
  float* const v = parameters_.block(Block::moment2).data();
  const float* const gradient = parameters_.block(Block::gradients).data();
  const std::uint8_t* const trainable = parameters_.trainable().data();
  workers_.for_each(parameters_.pieces().size(), [&](std::size_t n, Scratch&) {
    const auto& [group, begin, end] = parameters_.pieces()[n];
    kernels_.update(step.kind, convert<float>(step.groups[group]), end - begin, trainable + begin, gradient + begin,
                    parameter + begin, m + begin, v + begin);
  });
  packed_ = false;
}

std::span<const float> CpuBackend::values(std::size_t population, Field field) const {
  const ParameterGroup* group = layout().find(population, field);
  if (group == nullptr) return {};
  return group_span(std::span<const float>(parameters_.block(Block::parameters)), *group);
}

std::span<float> CpuBackend::gradients(std::size_t population, Field field) {
  const ParameterGroup* group = layout().find(population, field);
  if (group == nullptr) return {};
  return group_span(std::span<float>(parameters_.block(Block::gradients)), *group);
}

void CpuBackend::pack() {
  if (packed_) return;
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    Population& population = populations_[p];
    workers_.for_each(population.feedforward.strips(), [&](std::size_t s, Scratch&) {
      population.feedforward.pack_strip(s, values(p, Field::w), values(p, Field::r));
    });
    if (population.recurrent) {
      workers_.for_each(population.recurrent->strips(), [&](std::size_t s, Scratch&) {
        population.recurrent->pack_strip(s, values(p, Field::w_rec), values(p, Field::r_rec));
      });
    }
    const auto pack_neurons = [&](AlignedVector<float>& to, Field field) {
      const std::span<const float> from = values(p, field);
      for (std::size_t j = 0; j < population.layout.size; ++j) to[j] = from.size() == 1 ? from[0] : from[j];
    };
    if (!population.per_synapse()) pack_neurons(population.decay.r, Field::r);
    if (population.per_projection()) pack_neurons(population.recurrent_decay.r, Field::r_rec);
    if (population.layout.has_adaptation_parameters()) {
      pack_neurons(population.adaptation.decay, Field::rho_a);
      pack_neurons(population.adaptation.spike, Field::b);
      pack_neurons(population.adaptation.membrane, Field::m);
    }
    if (population.layout.tie_reset_decay) population.reset_decay = population.decay.r;
  }
  packed_ = true;
}

std::span<const float> CpuBackend::spike_counts(std::size_t population) const { return counts_.at(population); }

/// Adds the spikes of one sample in the part on the tape.
void CpuBackend::count_spikes(std::size_t sample) {
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    const Population& population = populations_[p];
    if (!population.layout.spiking) continue;
    const std::size_t size = population.layout.size;
    add_spike_counts(population.spikes[sample], population.padded(), part_.time.blocks,
                     std::span(counts_[p]).subspan(sample * size, size));
  }
}

std::vector<float> CpuBackend::tape(Field field, std::size_t p) {
  if (field_info(field).lifetime != Lifetime::tape) {
    throw DataError(fmt::format("field \"{}\" is not on the tape", field_info(field).name));
  }
  std::vector<float> out(batch_.size() * batch_.steps * populations_.at(p).layout.size, 0.0F);
  if (!divided()) {
    copy_tape(field, p, out);
    return out;
  }
  clear_forward();
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    run_part(part);
    copy_tape(field, p, out);
  }
  return out;
}

/// Copies the part on the tape.
void CpuBackend::copy_tape(Field field, std::size_t p, std::span<float> out) {
  workers_.for_each(batch_.size(), [&](std::size_t b, Scratch&) { copy_tape(field, p, b, out); });
}

void CpuBackend::copy_tape(Field field, std::size_t p, std::size_t sample, std::span<float> out) const {
  const Population& population = populations_[p];
  const TimeShape& time = part_.time;
  const std::size_t size = population.layout.size;
  const View<float, 2> values = View<float, 3>(out, {batch_.size(), batch_.steps, size}).slice(sample);
  const std::size_t first = part_.first * kBlock;
  if (field == Field::potential) {
    for (std::size_t j = 0; j < size; j += population.lanes) {
      const float* const v = population.potential.data() + sample * population.sample_stride(time) +
                             j / population.lanes * time.strip_stride;
      const std::size_t count = std::min(population.lanes, size - j);
      for (std::size_t t = 0; t < time.steps; ++t) {
        std::copy_n(v + t * population.lanes, count, values.slice(first + t).subspan(j).begin());
      }
    }
  } else if (population.layout.spiking) {
    const std::uint8_t* const patterns = population.spikes[sample].data();
    for (std::size_t t = 0; t < time.steps; ++t) {
      const std::uint8_t* const block = patterns + t / kBlock * population.padded();
      const View<float, 1> now = values.slice(first + t);
      for (std::size_t j = 0; j < size; ++j) now[j] = static_cast<float>((block[j] >> (t % kBlock)) & 1U);
    }
  }
}

}  // namespace cpu
}  // namespace hetsyn
