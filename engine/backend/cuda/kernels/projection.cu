#include "backend/cuda/kernels/projection.hpp"

#include <algorithm>

#include "backend/cuda/kernels/input_block.hpp"
#include "backend/cuda/kernels/warp_sums.hpp"
#include "dynamics/synapse.hpp"

namespace hetsyn::cuda {
namespace {

constexpr unsigned kHeld = 16;       // number of synapses whose state a thread has in registers
constexpr unsigned kHeldAnalog = 4;  // fewer, since a block of values needs more registers than one of bits

/// Weight and decay of some synapses of a thread, 0 if there is no synapse.
template <bool kOwnDecays, unsigned kCount>
struct HeldSynapses {
  float w[kCount], r[kCount], state[kCount];

  HETSYN_DEVICE void load(unsigned held, const Synapses& synapses, unsigned j, unsigned i) {
    const bool exists = j < synapses.post && i < synapses.pre;
    const std::size_t at = std::size_t{j} * synapses.pre + i;
    w[held] = exists ? synapses.w[at] : 0.0F;
    r[held] = kOwnDecays && exists ? synapses.r[at] : 0.0F;
    state[held] = 0.0F;
  }
};

/// A thread computes a postsynaptic neuron, a block 32 of them in one sample; its warps share the inputs.
template <bool kOwnDecays, unsigned kCount, class Input>
HETSYN_KERNEL HETSYN_LAUNCH_BOUNDS(kMostWarps* kWarp, 1)
    project_kernel(Synapses synapses, Input input, BatchShape shape, float* drive) {
  HETSYN_SHARED(float, memory, kSumsSize);
  const unsigned sample = blockIdx.x;
  const unsigned first_neuron = blockIdx.y * kWarp;
  const unsigned warp = threadIdx.x / kWarp;
  const unsigned at_once = blockDim.x / kWarp * kCount;  // inputs per iteration of the block
  unsigned turn = 0;
  for (unsigned round = 0; round < synapses.pre; round += at_once) {
    const unsigned first = round + warp * kCount;
    HeldSynapses<kOwnDecays, kCount> held;
    HETSYN_UNROLL
    for (unsigned c = 0; c < kCount; ++c) held.load(c, synapses, first_neuron + threadIdx.x % kWarp, first + c);
    for (unsigned t = 0; t < shape.steps; t += kBlockSteps) {
      float sums[kBlockSteps] = {};
      HETSYN_UNROLL
      for (unsigned c = 0; c < kCount; ++c) {
        const auto x = input_block(input, shape, synapses.pre, sample, t, first + c);
        if (x.silent() && !kOwnDecays) continue;
        HETSYN_UNROLL
        for (unsigned k = 0; k < kBlockSteps; ++k) {
          const float arrives = x.silent() ? 0.0F : held.w[c] * x.at(k);
          held.state[c] = synapse_step(held.state[c], held.r[c], arrives);
          sums[k] += held.state[c];
        }
      }
      sum_over_warps(memory, turn++, sums, [&](unsigned k, unsigned lane, float total) {
        if (t + k >= shape.steps || first_neuron + lane >= synapses.post) return;
        float& out = drive[shape.row(sample, t + k) * synapses.post + first_neuron + lane];
        out = round == 0 ? total : out + total;
      });
    }
  }
}

/// g of one neuron over a block of steps.
struct alignas(16) GradientBlock {
  float g[kBlockSteps];
};

/// Loads g of neurons first … first + 15 from step t on, for the warp.
HETSYN_DEVICE void load_gradients(GradientBlock* blocks, const Synapses& synapses, const BatchShape& shape,
                                  const float* g, unsigned sample, unsigned t, unsigned first) {
  for (unsigned n = threadIdx.x % kWarp; n < kHeld * kBlockSteps; n += kWarp) {
    const unsigned c = n % kHeld;
    const unsigned k = n / kHeld;
    const bool inside = first + c < synapses.post && t + k < shape.steps;
    blocks[c].g[k] = inside ? g[shape.row(sample, t + k) * synapses.post + first + c] : 0.0F;
  }
  sync_warp();
}

/// A thread computes an input, a block 32 of them in one sample; its warps share the postsynaptic neurons.
template <bool kOwnDecays>
HETSYN_KERNEL HETSYN_LAUNCH_BOUNDS(kMostWarps* kWarp, 1)
    project_backward_kernel(Synapses synapses, SpikeInput input, BatchShape shape, const float* g, float* d_spike) {
  HETSYN_SHARED(float, memory, kSumsSize);
  HETSYN_SHARED(GradientBlock, gradients, kMostWarps * kHeld);
  const unsigned sample = blockIdx.x;
  const unsigned first_input = blockIdx.y * kWarp;
  const unsigned warp = threadIdx.x / kWarp;
  const unsigned at_once = blockDim.x / kWarp * kHeld;  // neurons per iteration of the block
  GradientBlock* const own = &gradients[warp * kHeld];
  unsigned turn = 0;
  for (unsigned round = 0; round < synapses.post; round += at_once) {
    const unsigned first = round + warp * kHeld;
    HeldSynapses<kOwnDecays, kHeld> held;  // the state is λ
    HETSYN_UNROLL
    for (unsigned c = 0; c < kHeld; ++c) held.load(c, synapses, first + c, first_input + threadIdx.x % kWarp);
    for (unsigned block = divide_up(shape.steps, kBlockSteps); block-- > 0;) {
      const unsigned t = block * kBlockSteps;
      load_gradients(own, synapses, shape, g, sample, t, first);
      float sums[kBlockSteps] = {};
      HETSYN_UNROLL
      for (unsigned c = 0; c < kHeld; ++c) {
        const GradientBlock block_g = own[c];
        HETSYN_UNROLL
        for (unsigned k = kBlockSteps; k-- > 0;) {
          held.state[c] = synapse_step(held.state[c], held.r[c], block_g.g[k]);
          sums[k] += held.w[c] * held.state[c];
        }
      }
      sum_over_warps(memory, turn++, sums, [&](unsigned k, unsigned lane, float total) {
        const unsigned i = first_input + lane;
        if (t + k >= shape.steps || i >= synapses.pre) return;
        const std::size_t word = shape.word_row(sample, t / kWordSteps) * synapses.pre + i;
        const bool arrives = input.keep == nullptr || (input.keep[word] >> (t % kWordSteps + k) & 1U) != 0;
        const float part = arrives ? input.value * total : 0.0F;
        float& out = d_spike[shape.row(sample, t + k) * synapses.pre + i];
        out = round == 0 ? part : out + part;
      });
    }
  }
}

/// 32 lanes for each of `wide` numbers along y, and enough warps for all of `deep` synapses at once, if so many are
/// possible.
LaunchShape launch_shape(const BatchShape& shape, unsigned wide, unsigned deep, unsigned held) {
  const unsigned warps = std::min(kMostWarps, divide_up(deep, held));
  return {.grid = {shape.samples, divide_up(wide, kWarp)}, .block = {warps * kWarp}};
}

template <unsigned kCount, class Input>
void launch_project(const Synapses& synapses, const Input& input, const BatchShape& shape, float* drive,
                    Stream& stream) {
  const auto kernel =
      synapses.r != nullptr ? &project_kernel<true, kCount, Input> : &project_kernel<false, kCount, Input>;
  launch(kernel, launch_shape(shape, synapses.post, synapses.pre, kCount), stream, synapses, input, shape, drive);
}

}  // namespace

void project(const Synapses& synapses, const SpikeInput& input, const BatchShape& shape, float* drive, Stream& stream) {
  launch_project<kHeld>(synapses, input, shape, drive, stream);
}

void project(const Synapses& synapses, const AnalogInput& input, const BatchShape& shape, float* drive,
             Stream& stream) {
  launch_project<kHeldAnalog>(synapses, input, shape, drive, stream);
}

void project_backward(const Synapses& synapses, const SpikeInput& input, const BatchShape& shape, const float* g,
                      float* d_spike, Stream& stream) {
  const auto kernel = synapses.r != nullptr ? &project_backward_kernel<true> : &project_backward_kernel<false>;
  launch(kernel, launch_shape(shape, synapses.pre, synapses.post, kHeld), stream, synapses, input, shape, g, d_spike);
}

}  // namespace hetsyn::cuda
