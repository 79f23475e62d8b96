#include <algorithm>

#include "backend/cuda/host/cuda_backend.hpp"
#include "backend/cuda/kernels/neurons.hpp"

namespace hetsyn::cuda {

void CudaBackend::send_d_spike(SpikeGradients d_spike) {
  std::ranges::fill(constants_, nullptr);
  std::size_t size = 0;
  for (const std::vector<float>& d : d_spike) size += d.size();
  if (size == 0) return;
  const std::span<float> all = d_constant_.fill(size);
  std::size_t at = 0;
  for (std::size_t p = 0; p < d_spike.size(); ++p) {
    if (d_spike[p].empty()) continue;
    std::ranges::copy(d_spike[p], all.subspan(at).begin());
    constants_[p] = d_constant_.device().data() + at;
    at += d_spike[p].size();
  }
  d_constant_.send(size, stream_);
}

/// Computes g from dL/dz of population p (λ if decays are shared), on its tape, or in d_output for a leaky readout.
void CudaBackend::neurons_backward(std::size_t p, float* d_output) {
  Population& population = populations_[p];
  if (!population.layout.spiking && population.own_decays()) return;  // g = dL/dV
  float* const potential = population.layout.spiking ? population.potential.data() : d_output;
  const NeuronGradient gradient{d_output, population.layout.spiking ? constants_[p] : nullptr, potential,
                                population.per_projection() ? population.recurrent_adjoint.data() : nullptr,
                                population.layout.trains_adaptation() ? population.adaptation_parts.data() : nullptr};
  if (population.recurrent()) {
    const TiledState tiled = tiled_state(p);
    run_recurrent_backward(neurons(p), recurrent(p), gradient, shape(), population.tiled ? &tiled : nullptr, stream_);
  } else {
    run_neurons_backward(neurons(p), gradient, shape(), stream_);
  }
  if (population.per_projection()) {
    run_neurons_backward(feedforward_currents(p), {potential, nullptr, potential, nullptr, nullptr}, shape(), stream_);
  }
}

/// Runs in parallel with the main stream, which continues with the population below: a recurrent population does not
/// use the whole device.
void CudaBackend::add_gradients(std::size_t p, const float* g) {
  g_done_.record(stream_);
  gradient_stream_.wait_for(g_done_);
  Population& population = populations_[p];
  const SynapseGradients sums = gradients(p, Field::w, Field::r);
  if (p == 0 && batch_.kind == InputKind::analog) {
    const AnalogInput input{buffers_.analog.data()};
    projections_.add_gradients(feedforward(p), input, shape(), g, sums);
  } else {
    projections_.add_gradients(feedforward(p), spike_input(p), shape(), g, sums);
  }
  const float* const recurrent_g = population.per_projection() ? population.recurrent_adjoint.data() : g;
  if (population.recurrent()) {
    projections_.add_gradients(recurrent(p), own_spikes(p), shape(), recurrent_g,
                               gradients(p, Field::w_rec, Field::r_rec));
  }
  add_adaptation_gradients(p);
  if (!population.trains_shared_decay()) return;
  add_decay_gradient(p, Field::r, g, population.current);
  if (population.per_projection()) add_decay_gradient(p, Field::r_rec, recurrent_g, population.recurrent_current);
}

void CudaBackend::add_decay_gradient(std::size_t p, Field r, const float* lambda, const DeviceBuffer<float>& current) {
  add_decay_gradients(neurons(p), lambda, current.data(), shape(), populations_[p].decay_parts.data(),
                      parameters_.trainable(p, r), parameters_.group(Block::gradients, p, r), gradient_stream_);
}

/// Adds the gradients of ρ_a, b and m if they are trained.
void CudaBackend::add_adaptation_gradients(std::size_t p) {
  const PopulationLayout& layout = populations_[p].layout;
  if (!layout.trains_adaptation()) return;
  const float* parts = populations_[p].adaptation_parts.data();
  for (const Field field : {Field::rho_a, Field::b, Field::m}) {
    add_samples(parts, static_cast<unsigned>(layout.size), layout.adaptation == AdaptationSharing::population, shape(),
                parameters_.trainable(p, field), parameters_.group(Block::gradients, p, field), gradient_stream_);
    parts += std::size_t{shape().samples} * layout.size;
  }
}

void CudaBackend::send_d_readout(std::span<const float> d_readout) {
  const std::size_t row = batch_.steps * network_.outputs();
  const std::span<float> staged = buffers_.d_readout.fill(on_device_.count * row);
  std::ranges::copy(d_readout.subspan(on_device_.first * row, staged.size()), staged.begin());
  buffers_.d_readout.send(staged.size(), stream_);
}

/// The backward pass of the part on the device, from its dL/dreadout there: through time and populations, from the top.
void CudaBackend::backward_part() {
  float* d_output = buffers_.d_readout.device().data();
  for (std::size_t p = populations_.size(); p-- > 0;) {
    neurons_backward(p, d_output);
    const float* const g = populations_[p].layout.spiking ? populations_[p].potential.data() : d_output;
    add_gradients(p, g);
    if (p == 0) break;
    d_output = buffers_.d_spike.data();
    projections_.project_backward(feedforward(p), spike_input(p), shape(), g, d_output);
  }
  gradients_done_.record(gradient_stream_);
  stream_.wait_for(gradients_done_);
}

namespace {

/// Memory for as many rows as there are, or as fit: at least one. Throws OutOfDeviceMemory.
DeviceBuffer<float> buffer_of_rows(std::size_t rows, std::size_t row) {
  for (;; rows = (rows + 1) / 2) {
    try {
      return DeviceBuffer<float>(rows * row);
    } catch (const OutOfDeviceMemory&) {
      if (rows == 1) throw;
    }
  }
}

}  // namespace

/// Computes dL/dx of the part on the device, after its backward pass, in chunks of samples that need little memory.
void CudaBackend::fetch_input_gradient(std::span<float> d_input) {
  constexpr std::size_t kChunk = std::size_t{1} << 24;  // floats
  const Population& first = populations_.front();
  const float* const g = first.layout.spiking ? first.potential.data() : buffers_.d_readout.device().data();
  const std::size_t row = batch_.steps * batch_.inputs;
  DeviceBuffer<float> d_x = buffer_of_rows(std::clamp(kChunk / row, std::size_t{1}, on_device_.count), row);
  const std::size_t most = d_x.size() / row;
  for (std::size_t done = 0; done < on_device_.count; done += most) {
    const std::size_t count = std::min(most, on_device_.count - done);
    projections_.project_backward(feedforward(0), {nullptr, nullptr, 1.0F, false},
                                  {static_cast<unsigned>(count), static_cast<unsigned>(batch_.steps)},
                                  g + done * batch_.steps * first.layout.size, d_x.data());
    d_x.download(d_input.subspan((on_device_.first + done) * row, count * row), stream_);
  }
}

void CudaBackend::run_backward(const OutputGradients& gradients, std::span<float> d_input) {
  send_d_spike(gradients.spikes);
  // The last part first, since its tape is on the device.
  for (std::size_t n = parts_.size(); n-- > 0;) {
    run_part(parts_[n]);
    send_d_readout(gradients.readout);
    backward_part();
    if (!d_input.empty()) fetch_input_gradient(d_input);
  }
}

}  // namespace hetsyn::cuda
