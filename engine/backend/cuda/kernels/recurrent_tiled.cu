#include <algorithm>

#include "backend/cuda/kernels/cell.hpp"
#include "backend/cuda/kernels/recurrent.hpp"

namespace hetsyn::cuda {
namespace {

constexpr unsigned kMostTiles =
    32;  // largest number of warps in a block; each computes one tile of 32 neurons after the other

/// Σ_k of the recurrent currents of one neuron; each lane adds every 32nd k, and all lanes get the total.
template <bool kOwnDecays>
HETSYN_DEVICE float sum_currents(const Synapses& synapses, const unsigned* spikes, unsigned j, bool first_step,
                                 float* currents) {
  const unsigned lane = threadIdx.x % kWarp;
  const std::size_t row = std::size_t{j} * synapses.pre;
  float sum = 0.0F;
  for (unsigned first = 0; first < synapses.pre; first += kWarp) {
    const unsigned word = spikes[first / kWarp];
    const unsigned k = first + lane;
    if ((!kOwnDecays && word == 0) || k >= synapses.pre) continue;
    const float arrives = (word >> lane & 1U) != 0 ? synapses.w[row + k] : 0.0F;
    if (!kOwnDecays) {
      sum += arrives;
      continue;
    }
    const float before = first_step ? 0.0F : currents[row + k];
    const float current = synapse_step(before, synapses.r[row + k], arrives);
    currents[row + k] = current;
    sum += current;
  }
  for (unsigned distance = kWarp / 2; distance > 0; distance /= 2) sum += shuffle_xor(sum, distance);
  return sum;
}

/// Shared memory: spikes [2][tiles], of the previous step and of this one.
template <bool kOwnDecays, bool kAdlif>
HETSYN_KERNEL tiled_kernel(Neurons neurons, Synapses synapses, NeuronTape tape, BatchShape shape, TiledState state) {
  HETSYN_DYNAMIC_SHARED(unsigned, spikes);
  const unsigned tiles = divide_up(neurons.size, kWarp);
  const unsigned sample = blockIdx.x;
  const unsigned lane = threadIdx.x % kWarp;
  const unsigned warps = blockDim.x / kWarp;
  float* const currents = kOwnDecays ? state.synapses + std::size_t{sample} * synapses.post * synapses.pre : nullptr;
  auto* const cells = reinterpret_cast<CellState<kAdlif>*>(state.cells) + std::size_t{sample} * neurons.size;
  for (unsigned word = threadIdx.x; word < tiles; word += blockDim.x) spikes[tiles + word] = 0;
  sync_block();
  for (unsigned t = 0; t < shape.steps; ++t) {
    const unsigned* const before = spikes + (t + 1) % 2 * tiles;
    for (unsigned tile = threadIdx.x / kWarp; tile < tiles; tile += warps) {
      const unsigned n = tile * kWarp + lane;
      const bool exists = n < neurons.size;
      float sum = 0.0F;  // for neuron n
      for (unsigned other = 0; other < kWarp && tile * kWarp + other < neurons.size; ++other) {
        const float total = sum_currents<kOwnDecays>(synapses, before, tile * kWarp + other, t == 0, currents);
        if (lane == other) sum = total;
      }
      bool fires = false;
      if (exists) {
        Cell<kOwnDecays, kAdlif> cell(neurons, n);
        if (t > 0) cell.state = cells[n];
        const float v = cell.step(tape.potential[shape.row(sample, t) * neurons.size + n], sum, t);
        cell.record(tape, shape, neurons, sample, t, n, v);
        cells[n] = cell.state;
        fires = cell.spikes();
      }
      const unsigned word = ballot(fires);
      if (lane == 0) spikes[t % 2 * tiles + tile] = word;
    }
    sync_block();
  }
}

/// A thread computes a presynaptic neuron n: λ of its synapses, then its own g. The tape has what other threads wrote
/// for t + 1.
template <bool kOwnDecays, bool kAdlif>
HETSYN_KERNEL tiled_backward_kernel(Neurons neurons, Synapses synapses, NeuronGradient gradient, BatchShape shape,
                                    TiledState state) {
  const unsigned sample = blockIdx.x;
  float* const lambda = kOwnDecays ? state.synapses + std::size_t{sample} * synapses.post * synapses.pre : nullptr;
  auto* const adjoints =
      reinterpret_cast<CellAdjointState<kAdlif>*>(state.adjoints) + std::size_t{sample} * neurons.size;
  const bool own_adjoint = !kOwnDecays && gradient.recurrent_adjoint != nullptr;
  const float* const written = own_adjoint ? gradient.recurrent_adjoint : gradient.potential;
  for (unsigned t = shape.steps; t-- > 0;) {
    const bool last = t + 1 == shape.steps;
    const float* const g_after = written + shape.row(sample, t + 1) * neurons.size;
    for (unsigned n = threadIdx.x; n < neurons.size; n += blockDim.x) {
      float sum = 0.0F;
      for (unsigned j = 0; !last && j < synapses.post; ++j) {
        const std::size_t at = std::size_t{j} * synapses.pre + n;
        float value = g_after[j];
        if (kOwnDecays) {
          value = synapse_step(t + 2 == shape.steps ? 0.0F : lambda[at], synapses.r[at], value);
          lambda[at] = value;
        }
        sum += synapses.w[at] * value;
      }
      CellAdjoint<kOwnDecays, kAdlif> cell(neurons, n);
      if (!last) cell.state = adjoints[n];
      const std::size_t at = shape.row(sample, t) * neurons.size + n;
      const float d_output = gradient.d_output[at] + constant_gradient(gradient, n) + sum;
      cell.step(neurons.surrogate, gradient.potential[at], d_output, gradient, at, true);
      adjoints[n] = cell.state;
      if (t == 0) cell.write_adaptation(gradient, shape, neurons, sample, n);
    }
    sync_block();
  }
}

LaunchShape block_per_sample(const BatchShape& shape, unsigned tiles, std::size_t bytes) {
  return {.grid = {shape.samples}, .block = {std::min(tiles, kMostTiles) * kWarp}, .shared_bytes = bytes};
}

}  // namespace

void run_tiled(const Neurons& neurons, const Synapses& synapses, const NeuronTape& tape, const BatchShape& shape,
               const TiledState& state, Stream& stream) {
  const unsigned tiles = divide_up(neurons.size, kWarp);
  auto kernel = synapses.r != nullptr ? &tiled_kernel<true, false> : &tiled_kernel<false, false>;
  if (neurons.adlif) kernel = synapses.r != nullptr ? &tiled_kernel<true, true> : &tiled_kernel<false, true>;
  launch(kernel, block_per_sample(shape, tiles, 2 * sizeof(unsigned) * tiles), stream, neurons, synapses, tape, shape,
         state);
}

void run_tiled_backward(const Neurons& neurons, const Synapses& synapses, const NeuronGradient& gradient,
                        const BatchShape& shape, const TiledState& state, Stream& stream) {
  const unsigned tiles = divide_up(neurons.size, kWarp);
  auto kernel = synapses.r != nullptr ? &tiled_backward_kernel<true, false> : &tiled_backward_kernel<false, false>;
  if (neurons.adlif) {
    kernel = synapses.r != nullptr ? &tiled_backward_kernel<true, true> : &tiled_backward_kernel<false, true>;
  }
  launch(kernel, block_per_sample(shape, tiles, 0), stream, neurons, synapses, gradient, shape, state);
}

}  // namespace hetsyn::cuda
