#pragma once
#include "backend/cuda/device/device.hpp"
#include "backend/cuda/kernels/views.hpp"

/// Populations without a recurrent projection, and what all populations have beside their synapses.
namespace hetsyn::cuda {

/// Feed-forward currents → V and spikes.
void run_neurons(const Neurons& neurons, const NeuronTape& tape, const BatchShape& shape, Stream& stream);
/// V → g, or λ where decays are shared.
void run_neurons_backward(const Neurons& neurons, const NeuronGradient& gradient, const BatchShape& shape,
                          Stream& stream);

/// Adds Σ λ[t] current[t−1] to d_decay ([N], or [1] where all neurons share one decay). `per_sample` [B][N] is scratch.
void add_decay_gradients(const Neurons& neurons, const float* lambda, const float* current, const BatchShape& shape,
                         float* per_sample, const std::uint8_t* trains, float* d_decay, Stream& stream);

/// The mask [B][W][N] of spikes that dropout keeps; see backend/dropout.hpp.
struct DropoutMask {
  std::uint64_t seed, pass;
  std::uint32_t first_sample, population;
  std::uint32_t threshold;  ///< dropout_threshold()
};
void draw_dropout(const DropoutMask& mask, unsigned neurons, const BatchShape& shape, std::uint32_t* keep,
                  Stream& stream);

}  // namespace hetsyn::cuda
