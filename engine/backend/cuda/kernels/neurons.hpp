#pragma once
#include "backend/cuda/device/device.hpp"
#include "backend/cuda/kernels/views.hpp"

/// Kernels for populations without a recurrent projection, and for parts that all populations have.
namespace hetsyn::cuda {

/// Computes V and spikes from feed-forward currents.
void run_neurons(const Neurons& neurons, const NeuronTape& tape, const BatchShape& shape, Stream& stream);
/// Computes g from V, or λ if decays are shared.
void run_neurons_backward(const Neurons& neurons, const NeuronGradient& gradient, const BatchShape& shape,
                          Stream& stream);

/// Adds Σ λ[t] current[t−1] to d_decay ([N], or [1] if all neurons share one decay). `per_sample` [B][N] is scratch
/// memory.
void add_decay_gradients(const Neurons& neurons, const float* lambda, const float* current, const BatchShape& shape,
                         float* per_sample, const std::uint8_t* trains, float* d_decay, Stream& stream);

/// Adds the sums over samples of per_sample [B][N] to d_parameter [N]; with `one`, their total to d_parameter [1].
void add_samples(const float* per_sample, unsigned neurons, bool one, const BatchShape& shape,
                 const std::uint8_t* trains, float* d_parameter, Stream& stream);

/// The mask [B][W][N] of spikes that dropout keeps; see backend/dropout.hpp.
struct DropoutMask {
  std::uint64_t seed, pass;
  std::uint32_t first_sample, population;
  std::uint32_t threshold;  ///< dropout_threshold()
};
void draw_dropout(const DropoutMask& mask, unsigned neurons, const BatchShape& shape, std::uint32_t* keep,
                  Stream& stream);

}  // namespace hetsyn::cuda
