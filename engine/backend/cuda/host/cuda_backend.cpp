#include "backend/cuda/host/cuda_backend.hpp"

#include <fmt/format.h>

#include <hetsyn/exceptions.hpp>
#include <utility>

#include "backend/cuda/host/make_cuda_backend.hpp"
#include "backend/cuda/host/packed_spikes.hpp"
#include "backend/dropout.hpp"

namespace hetsyn {

std::unique_ptr<Backend> make_cuda_backend(NetworkState state, const BackendOptions& options) {
  const std::vector<MemoryUse> memory = cuda::network_memory(state.network);
  cuda::use_device(options.on_machine.rank);
  try {
    return std::make_unique<cuda::CudaBackend>(std::move(state), options);
  } catch (const cuda::OutOfDeviceMemory&) {
    throw cuda::does_not_fit("the network", memory, cuda::free_device_memory());
  }
}

namespace cuda {

CudaBackend::CudaBackend(NetworkState state, const BackendOptions& options)
    : network_(std::move(state.network)),
      parameters_(state.layout, state.parameters, state.trainable, stream_),
      projections_(network_, options.matmul_precision, stream_, gradient_stream_),
      constants_(network_.populations.size(), nullptr) {
  populations_.reserve(network_.populations.size());
  for (const PopulationLayout& layout : network_.populations) {
    populations_.emplace_back(layout, device_limits());
  }
}

void CudaBackend::sum_gradients(Communicator& ranks) {
  if (ranks.size() == 1) return;
  if (!sums_on_devices_) {
    sums_on_devices_ = can_sum_on_devices(ranks);
    if (*sums_on_devices_) rank_sum_ = std::make_unique<RankSum>(*find_nccl(), ranks);
  }
  if (rank_sum_ == nullptr) return Backend::sum_gradients(ranks);
  rank_sum_->add_ranks(parameters_.gradients(), layout().size, stream_);
}

BatchShape CudaBackend::shape() const {
  return {static_cast<unsigned>(on_device_.count), static_cast<unsigned>(batch_.steps)};
}

Synapses CudaBackend::feedforward(std::size_t p) {
  const PopulationLayout& layout = populations_[p].layout;
  return {parameters_.group(Block::parameters, p, Field::w),
          populations_[p].own_decays() ? parameters_.group(Block::parameters, p, Field::r) : nullptr,
          static_cast<unsigned>(layout.size), static_cast<unsigned>(layout.inputs)};
}

Synapses CudaBackend::recurrent(std::size_t p) {
  const auto size = static_cast<unsigned>(populations_[p].layout.size);
  return {parameters_.group(Block::parameters, p, Field::w_rec),
          populations_[p].own_decays() ? parameters_.group(Block::parameters, p, Field::r_rec) : nullptr, size, size};
}

Neurons CudaBackend::neurons(std::size_t p) {
  const Population& population = populations_[p];
  const PopulationLayout& layout = population.layout;
  const Field decay = population.per_projection() ? Field::r_rec : Field::r;
  return {.size = static_cast<unsigned>(layout.size),
          .spiking = layout.spiking,
          .tied = layout.tie_reset_decay,
          .per_projection = population.per_projection(),
          .constants = layout.neuron.map([](double value) { return static_cast<float>(value); }),
          .decay = population.own_decays() ? nullptr : parameters_.group(Block::parameters, p, decay),
          .decay_step = layout.sharing == DecaySharing::population ? 0U : 1U,
          .adlif = layout.is_adlif(),
          .adaptation_decay = parameters_.group(Block::parameters, p, Field::rho_a),
          .adaptation = parameters_.group(Block::parameters, p, Field::b),
          .membrane_adaptation = parameters_.group(Block::parameters, p, Field::m),
          .adaptation_step = layout.adaptation == AdaptationSharing::neuron ? 1U : 0U,
          .surrogate = {layout.surrogate, layout.neuron.threshold}};
}

/// Neurons that only decay the feed-forward currents of population p; used if per_projection().
Neurons CudaBackend::feedforward_currents(std::size_t p) {
  Neurons cells = neurons(p);
  cells.spiking = cells.per_projection = cells.adlif = false;
  cells.decay = parameters_.group(Block::parameters, p, Field::r);
  return cells;
}

/// The spikes that population p receives, from the population below or from the batch.
SpikeInput CudaBackend::spike_input(std::size_t p) {
  if (p == 0) return {buffers_.spikes.data(), nullptr, 1.0F, false};
  Population& below = populations_[p - 1];
  const bool drops = below.drops(options_.dropout.has_value());
  return {below.spikes.data(), drops ? below.keep.data() : nullptr,
          drops ? static_cast<float>(dropout_scale(below.layout.dropout)) : 1.0F, false};
}

SpikeInput CudaBackend::own_spikes(std::size_t p) { return {populations_[p].spikes.data(), nullptr, 1.0F, true}; }

NeuronTape CudaBackend::neuron_tape(std::size_t p) {
  Population& population = populations_[p];
  DeviceBuffer<float>& current = population.per_projection() ? population.recurrent_current : population.current;
  return {population.potential.data(), population.trains_shared_decay() ? current.data() : nullptr,
          population.spikes.data(), population.counts.data()};
}

TiledState CudaBackend::tiled_state(std::size_t p) {
  Population& population = populations_[p];
  return {population.synapse_state.data(), population.cells.data(), population.adjoints.data()};
}

SynapseGradients CudaBackend::gradients(std::size_t p, Field w, Field r) {
  const bool own = populations_[p].own_decays();
  return {parameters_.group(Block::gradients, p, w), own ? parameters_.group(Block::gradients, p, r) : nullptr,
          parameters_.trainable(p, w), own ? parameters_.trainable(p, r) : nullptr, parameters_.trains_all(p, w)};
}

void CudaBackend::download_potential(std::size_t p, std::span<float> values) const {
  populations_[p].potential.download(values, stream_);
}

void CudaBackend::download_spikes(std::size_t p, std::span<float> values) const {
  const std::size_t size = populations_[p].layout.size;
  std::vector<std::uint32_t> words(on_device_.count * packed_size(batch_.steps, size));
  populations_[p].spikes.download(words, stream_);
  unpack_spikes(words, batch_.steps, size, values);
}

std::vector<float> CudaBackend::tape(Field field, std::size_t p) {
  if (field_info(field).lifetime != Lifetime::tape) {
    throw DataError(fmt::format("field \"{}\" is not on the tape", field_info(field).name));
  }
  if (parts_.size() > 1) {
    throw RunError(fmt::format("the device holds {} of the {} samples of a batch: take a smaller batch to see its tape",
                               on_device_.count, batch_.size()));
  }
  const PopulationLayout& layout = populations_.at(p).layout;
  std::vector<float> values(batch_.size() * batch_.steps * layout.size, 0.0F);
  if (field == Field::potential) {
    download_potential(p, values);
  } else if (layout.spiking) {
    download_spikes(p, values);
  }
  return values;
}

}  // namespace cuda
}  // namespace hetsyn
