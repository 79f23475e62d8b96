#pragma once
#include "backend/cuda/device/device.hpp"
#include "backend/cuda/kernels/views.hpp"

/// Kernels for feed-forward projections: all input is known in advance, so that the inner loop is over time and the
/// state of a synapse stays in registers.
namespace hetsyn::cuda {

/// drive [B][T][post] = Σ_i I_ji[t], or Σ_i w_ji x_i[t] if decays are shared.
void project(const Synapses& synapses, const SpikeInput& input, const BatchShape& shape, float* drive, Stream& stream);
void project(const Synapses& synapses, const AnalogInput& input, const BatchShape& shape, float* drive, Stream& stream);

/// d_spike [B][T][pre] = dL/dz of the population below, from g (λ if decays are shared) [B][T][post]; `input` has the
/// spikes that arrived, and their value.
void project_backward(const Synapses& synapses, const SpikeInput& input, const BatchShape& shape, const float* g,
                      float* d_spike, Stream& stream);

/// Adds Σ λ x and w Σ μ x over all samples and steps to the gradients.
void add_synapse_gradients(const Synapses& synapses, const SpikeInput& input, const BatchShape& shape, const float* g,
                           const SynapseGradients& gradients, Stream& stream);
void add_synapse_gradients(const Synapses& synapses, const AnalogInput& input, const BatchShape& shape, const float* g,
                           const SynapseGradients& gradients, Stream& stream);

}  // namespace hetsyn::cuda
