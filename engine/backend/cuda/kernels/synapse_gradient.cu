#include <algorithm>

#include "backend/cuda/kernels/input_block.hpp"
#include "backend/cuda/kernels/projection.hpp"
#include "dynamics/synapse.hpp"

/// Gradients of weights and decays by the adjoint pair (dynamics/synapse.hpp), with sums only at spike times.
namespace hetsyn::cuda {
namespace {

constexpr unsigned kHeld = 8;  // number of inputs whose adjoints a thread has in registers
constexpr unsigned kWarps = 8;

/// The adjoint pair of kHeld synapses of one neuron, and their sums over time and the samples of a warp.
struct HeldAdjoints {
  float r[kHeld], lambda[kHeld], mu[kHeld];
  float sum_lambda[kHeld] = {}, sum_mu[kHeld] = {};

  /// A block of steps for synapse c, backwards.
  template <class Block>
  HETSYN_DEVICE void run_back(unsigned c, const Block& x, const float (&g)[kBlockSteps]) {
    HETSYN_UNROLL
    for (unsigned k = kBlockSteps; k-- > 0;) {
      synapse_step_backward(lambda[c], mu[c], r[c], g[k]);
      if (x.silent()) continue;
      sum_lambda[c] += lambda[c] * x.at(k);
      sum_mu[c] += mu[c] * x.at(k);
    }
  }
};

/// A thread computes a postsynaptic neuron, a block 32 of them with kHeld inputs; its warps share the samples. No two
/// blocks add to the same synapse, so that the order of sums is fixed.
template <bool kOwnDecays, class Input>
HETSYN_KERNEL HETSYN_LAUNCH_BOUNDS(kWarps* kWarp, 2)
    synapse_gradient_kernel(Synapses synapses, Input input, BatchShape shape, const float* g,
                            SynapseGradients gradients) {
  HETSYN_SHARED(float, memory, 2 * kHeld * kWarps * kWarp);
  const unsigned lane = threadIdx.x % kWarp;
  const unsigned warp = threadIdx.x / kWarp;
  const unsigned warps = blockDim.x / kWarp;
  const unsigned first = blockIdx.x * kHeld;
  const unsigned j = blockIdx.y * kWarp + lane;
  const bool exists = j < synapses.post;
  HeldAdjoints held;
  HETSYN_UNROLL
  for (unsigned c = 0; c < kHeld; ++c) {
    const bool own = kOwnDecays && exists && first + c < synapses.pre;
    held.r[c] = own ? synapses.r[std::size_t{j} * synapses.pre + first + c] : 0.0F;
  }
  for (unsigned sample = warp; sample < shape.samples; sample += warps) {
    HETSYN_UNROLL
    for (unsigned c = 0; c < kHeld; ++c) held.lambda[c] = held.mu[c] = 0.0F;
    for (unsigned block = divide_up(shape.steps, kBlockSteps); block-- > 0;) {
      const unsigned t = block * kBlockSteps;
      float block_g[kBlockSteps];
      HETSYN_UNROLL
      for (unsigned k = 0; k < kBlockSteps; ++k) {
        block_g[k] = exists && t + k < shape.steps ? g[shape.row(sample, t + k) * synapses.post + j] : 0.0F;
      }
      HETSYN_UNROLL
      for (unsigned c = 0; c < kHeld; ++c) {
        const auto x = input_block(input, shape, synapses.pre, sample, t, first + c);
        if (!kOwnDecays && x.silent()) continue;
        held.run_back(c, x, block_g);
      }
    }
  }

  // Sums over warps: [λ, μ][c][warp][lane].
  HETSYN_UNROLL
  for (unsigned c = 0; c < kHeld; ++c) {
    memory[(c * kWarps + warp) * kWarp + lane] = held.sum_lambda[c];
    memory[((kHeld + c) * kWarps + warp) * kWarp + lane] = held.sum_mu[c];
  }
  sync_block();
  for (unsigned c = warp; c < kHeld; c += warps) {
    if (!exists || first + c >= synapses.pre) continue;
    float sum_lambda = 0.0F, sum_mu = 0.0F;
    for (unsigned other = 0; other < warps; ++other) {
      sum_lambda += memory[(c * kWarps + other) * kWarp + lane];
      sum_mu += memory[((kHeld + c) * kWarps + other) * kWarp + lane];
    }
    const std::size_t at = std::size_t{j} * synapses.pre + first + c;
    if (gradients.trains_w[at] != 0) gradients.d_w[at] += sum_lambda;
    if (kOwnDecays && gradients.trains_r[at] != 0) gradients.d_r[at] += synapses.w[at] * sum_mu;
  }
}

template <class Input>
void launch_gradient(const Synapses& synapses, const Input& input, const BatchShape& shape, const float* g,
                     const SynapseGradients& gradients, Stream& stream) {
  const auto kernel =
      synapses.r != nullptr ? &synapse_gradient_kernel<true, Input> : &synapse_gradient_kernel<false, Input>;
  launch(kernel,
         {.grid = {divide_up(synapses.pre, kHeld), divide_up(synapses.post, kWarp)},
          .block = {std::min(kWarps, shape.samples) * kWarp}},
         stream, synapses, input, shape, g, gradients);
}

}  // namespace

void add_synapse_gradients(const Synapses& synapses, const SpikeInput& input, const BatchShape& shape, const float* g,
                           const SynapseGradients& gradients, Stream& stream) {
  launch_gradient(synapses, input, shape, g, gradients, stream);
}

void add_synapse_gradients(const Synapses& synapses, const AnalogInput& input, const BatchShape& shape, const float* g,
                           const SynapseGradients& gradients, Stream& stream) {
  launch_gradient(synapses, input, shape, g, gradients, stream);
}

}  // namespace hetsyn::cuda
