#include <algorithm>

#include "backend/check.hpp"
#include "backend/cuda/host/cuda_backend.hpp"
#include "backend/cuda/host/packed_spikes.hpp"
#include "backend/cuda/kernels/neurons.hpp"
#include "backend/dropout.hpp"

namespace hetsyn::cuda {

std::shared_ptr<const PreparedInput> CudaBackend::prepare(const InputSample& sample, InputKind kind,
                                                          std::size_t steps) const {
  if (kind != InputKind::events) return nullptr;
  InputBatch alone{kind, steps, network_.inputs(), {}, {}};
  alone.samples.push_back({std::shared_ptr<const InputSample>(), &sample});  // does not own the sample
  check_input(alone, network_);
  auto packed = std::make_shared<PackedSpikes>();
  packed->words.resize(packed_size(steps, network_.inputs()));
  packed->steps = steps;
  pack_spikes(sample.spikes, packed->words);
  return packed;
}

TapeShape CudaBackend::tape_shape(std::size_t samples) const {
  return {samples, batch_.steps, options_.dropout.has_value()};
}

template <class Visit>
void CudaBackend::each_array(std::size_t samples, const Visit& visit) {
  for (Population& population : populations_) population.each_array(tape_shape(samples), visit);
  buffers_.each_array(network_, batch_.kind, tape_shape(samples), visit);
  projections_.scratch.each_array(network_, batch_.kind, tape_shape(samples), visit);
}

/// Plans one part if the whole batch fits. Only if it does not, asks the device for its free memory.
void CudaBackend::plan() {
  const TapeShape whole = tape_shape(batch_.size());
  if (whole == planned_ && batch_.kind == planned_kind_) return;
  planned_ = {};
  parts_.assign(1, {0, batch_.size()});
  try {
    each_array(batch_.size(), GrowBuffers{});
  } catch (const OutOfDeviceMemory&) {
    each_array(batch_.size(), FreeBuffers{});
    parts_ = divide_batch(network_, batch_.kind, whole, free_device_memory());
    each_array(parts_.front().count, GrowBuffers{});
  }
  planned_ = whole;
  planned_kind_ = batch_.kind;
}

/// Copies the words that prepare() made, or makes them.
void CudaBackend::send_spikes(const Part& part) {
  const std::size_t words = packed_size(batch_.steps, batch_.inputs);
  const std::span<std::uint32_t> all = buffers_.spikes.fill(part.count * words);
  for (std::size_t b = 0; b < part.count; ++b) {
    const std::span<std::uint32_t> target = all.subspan(b * words, words);
    const std::size_t sample = part.first + b;
    const auto* const prepared =
        batch_.prepared.empty() ? nullptr : dynamic_cast<const PackedSpikes*>(batch_.prepared[sample].get());
    if (prepared != nullptr && prepared->steps == batch_.steps) {
      std::ranges::copy(prepared->words, target.begin());
    } else {
      pack_spikes(batch_.samples[sample]->spikes, target);
    }
  }
  buffers_.spikes.send(all.size(), upload_stream_, stream_);
}

void CudaBackend::send_analog(const Part& part) {
  const std::size_t values = batch_.steps * batch_.inputs;
  const std::span<float> all = buffers_.analog.fill(part.count * values);
  for (std::size_t b = 0; b < part.count; ++b) {
    std::ranges::copy(batch_.samples[part.first + b]->analog, all.subspan(b * values, values).begin());
  }
  buffers_.analog.send(all.size(), upload_stream_, stream_);
}

void CudaBackend::drop_spikes(std::size_t p) {
  Population& population = populations_[p];
  if (!population.drops(options_.dropout.has_value())) return;
  const DropoutKey& key = *options_.dropout;
  draw_dropout({.seed = key.seed,
                .pass = key.pass,
                .first_sample = key.first_sample + static_cast<std::uint32_t>(on_device_.first),
                .population = static_cast<std::uint32_t>(p),
                .threshold = dropout_threshold(population.layout.dropout)},
               static_cast<unsigned>(population.layout.size), shape(), population.keep.data(), stream_);
}

void CudaBackend::run_population(std::size_t p) {
  Population& population = populations_[p];
  float* const drive = population.potential.data();
  if (p == 0 && batch_.kind == InputKind::analog) {
    projections_.project(feedforward(p), AnalogInput{buffers_.analog.data()}, shape(), drive);
  } else {
    projections_.project(feedforward(p), spike_input(p), shape(), drive);
  }
  if (population.per_projection()) {
    const NeuronTape currents{drive, population.current.data(), nullptr, nullptr};
    run_neurons(feedforward_currents(p), currents, shape(), stream_);
  }
  if (population.recurrent()) {
    const TiledState tiled = tiled_state(p);
    run_recurrent(neurons(p), recurrent(p), neuron_tape(p), shape(), population.tiled ? &tiled : nullptr, stream_);
  } else if (population.layout.spiking || !population.own_decays()) {
    run_neurons(neurons(p), neuron_tape(p), shape(), stream_);
  }
}

void CudaBackend::run_part(const Part& part) {
  if (part == on_device_) return;
  on_device_ = part;
  stream_.wait_for(answers_.copied());
  if (batch_.kind == InputKind::events) {
    send_spikes(part);
  } else {
    send_analog(part);
  }
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    run_population(p);
    if (p + 1 < populations_.size()) drop_spikes(p);
  }
}

void CudaBackend::run_forward(const InputBatch& batch, const ForwardOptions& options) {
  batch_ = batch;
  options_ = options;
  on_device_ = {};
  plan();
  answers_.start(populations_, tape_shape(batch_.size()));
  for (const Part& part : parts_) {
    run_part(part);
    answers_.fetch_counts(populations_, part, stream_, copy_stream_);
    if (parts_.size() > 1)
      answers_.fetch_readout(populations_, part, copy_stream_);  // before the next part overwrites it
  }
  readout_requested_ = parts_.size() > 1;
}

void CudaBackend::request_readout() {
  if (readout_requested_) return;
  answers_.fetch_readout(populations_, parts_.front(), copy_stream_);
  readout_requested_ = true;
}

std::span<const float> CudaBackend::readout() {
  request_readout();
  return answers_.readout();
}

}  // namespace hetsyn::cuda
