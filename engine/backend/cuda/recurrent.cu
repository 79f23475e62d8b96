#include "backend/cuda/recurrent.hpp"

#include "backend/cuda/cell.hpp"

namespace hetsyn::cuda {
namespace {

constexpr unsigned kThreads = 512;          // the most of a block
constexpr unsigned kThreadRegisters = 128;  // that a block of so many threads leaves for each

// N neurons are tiles of 32. Warp (s, q) of a block holds the synapses between two tiles, and each of its lanes 32 of
// them. In every step the parts of a neuron's sum meet in shared memory; then all warps that need a tile of neurons
// move it on by themselves, with the same result, so that one barrier is enough.

/// Place of a thread.
struct Tile {
  unsigned tiles, summed, moved, lane, warp;

  /// `summed`: the tile whose neurons the lanes of the warp add up for; `moved`: the one whose neurons they move on.
  HETSYN_DEVICE explicit Tile(unsigned neurons)
      : tiles(divide_up(neurons, kWarp)),
        summed(threadIdx.x / kWarp % tiles),
        moved(threadIdx.x / kWarp / tiles),
        lane(threadIdx.x % kWarp),
        warp(threadIdx.x / kWarp) {}

  [[nodiscard]] HETSYN_DEVICE unsigned padded() const { return tiles * kWarp; }
  [[nodiscard]] HETSYN_DEVICE unsigned sum_neuron() const { return summed * kWarp + lane; }
  [[nodiscard]] HETSYN_DEVICE unsigned own_neuron() const { return moved * kWarp + lane; }
  /// Of several warps with the same neurons one writes.
  [[nodiscard]] HETSYN_DEVICE bool writes() const { return summed == 0; }
};

/// Parts of the sums [2][tiles][padded], alternating between steps.
HETSYN_DEVICE float* parts_of(float* parts, const Tile& tile, unsigned t) {
  return parts + std::size_t{t % 2} * tile.tiles * tile.padded();
}
HETSYN_DEVICE float sum_parts(const float* parts, const Tile& tile) {
  float total = 0.0F;
  for (unsigned part = 0; part < tile.tiles; ++part) total += parts[part * tile.padded() + tile.own_neuron()];
  return total;
}

HETSYN_DEVICE float value_or_zero(const float* values, std::size_t at, bool exists) {
  return exists ? values[at] : 0.0F;
}

/// Weights in shared memory as [pre][padded], for lanes over the postsynaptic side.
HETSYN_DEVICE void load_weights(float* weights, const Synapses& synapses, unsigned padded) {
  for (unsigned n = threadIdx.x; n < padded * padded; n += blockDim.x) {
    const unsigned j = n / padded;
    const unsigned k = n % padded;
    const bool exists = j < synapses.post && k < synapses.pre;
    weights[k * padded + j] = value_or_zero(synapses.w, std::size_t{j} * synapses.pre + k, exists);
  }
}

/// Shared memory: weights [padded][padded], parts [2][tiles][padded].
template <bool kOwnDecays>
HETSYN_KERNEL HETSYN_LAUNCH_BOUNDS(kThreads, 1)
    recurrent_kernel(Neurons neurons, Synapses synapses, NeuronTape tape, BatchShape shape) {
  HETSYN_DYNAMIC_SHARED(float, weights);
  const Tile tile(neurons.size);
  float* const parts = weights + tile.padded() * tile.padded();
  const unsigned sample = blockIdx.x;
  const unsigned post = tile.sum_neuron();
  const unsigned n = tile.own_neuron();
  const bool exists = n < neurons.size;
  load_weights(weights, synapses, tile.padded());
  float current[kWarp], r[kWarp];  // of the synapses from the warp's own tile to `post`
  HETSYN_UNROLL
  for (unsigned k = 0; k < kWarp; ++k) {
    const unsigned pre = tile.moved * kWarp + k;
    const bool synapse = kOwnDecays && post < neurons.size && pre < neurons.size;
    r[k] = synapse ? synapses.r[std::size_t{post} * synapses.pre + pre] : 0.0F;
    current[k] = 0.0F;
  }
  const float* const own_weights = weights + std::size_t{tile.moved} * kWarp * tile.padded() + post;
  Cell<kOwnDecays> cell(neurons, exists ? n : 0);
  unsigned spikes = 0;  // of the own tile, of the step before
  sync_block();
  for (unsigned t = 0; t < shape.steps; ++t) {
    // Read before the barrier, after which another warp writes V there.
    const float drive = value_or_zero(tape.potential, shape.row(sample, t) * neurons.size + n, exists);
    float sum[4] = {};
    if (kOwnDecays) {
      HETSYN_UNROLL
      for (unsigned k = 0; k < kWarp; ++k) {
        const float arrives = (spikes >> k & 1U) != 0 ? own_weights[k * tile.padded()] : 0.0F;
        current[k] = synapse_step(current[k], r[k], arrives);
        sum[k % 4] += current[k];
      }
    } else {
      for (unsigned left = spikes; left != 0; left &= left - 1) sum[0] += own_weights[lowest_bit(left) * tile.padded()];
    }
    float* const now = parts_of(parts, tile, t);
    now[tile.moved * tile.padded() + post] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
    sync_block();
    const float v = cell.step(drive + sum_parts(now, tile), t);
    spikes = ballot(exists && cell.spikes());
    if (tile.writes() && exists) cell.record(tape, shape, neurons, sample, t, n, v);
  }
}

/// Lanes add up for the presynaptic side: dL/dz_k[t] = Σ_j w_jk λ_jk[t+1] + … Shared memory: parts [2][tiles][padded],
/// g [warps][32].
template <bool kOwnDecays>
HETSYN_KERNEL HETSYN_LAUNCH_BOUNDS(kThreads, 1)
    recurrent_backward_kernel(Neurons neurons, Synapses synapses, NeuronGradient gradient, BatchShape shape) {
  HETSYN_DYNAMIC_SHARED(float, parts);
  const Tile tile(neurons.size);
  const unsigned sample = blockIdx.x;
  const unsigned pre = tile.sum_neuron();
  const unsigned n = tile.own_neuron();
  const bool exists = n < neurons.size;
  float* const own_g = parts + std::size_t{2} * tile.tiles * tile.padded() + std::size_t{tile.warp} * kWarp;
  float lambda[kWarp], r[kWarp], w[kWarp];  // of the synapses from `pre` to the warp's own tile
  HETSYN_UNROLL
  for (unsigned k = 0; k < kWarp; ++k) {
    const unsigned post = tile.moved * kWarp + k;
    const bool synapse = pre < neurons.size && post < neurons.size;
    const std::size_t at = std::size_t{post} * synapses.pre + pre;
    w[k] = value_or_zero(synapses.w, at, synapse);
    r[k] = value_or_zero(synapses.r, at, kOwnDecays && synapse);
    lambda[k] = 0.0F;
  }
  CellAdjoint<kOwnDecays> cell(neurons, exists ? n : 0);
  const float constant = exists ? constant_gradient(gradient, n) : 0.0F;
  for (unsigned t = shape.steps; t-- > 0;) {
    const std::size_t at = shape.row(sample, t) * neurons.size + n;
    // Read before the barrier, after which another warp writes g there.
    const float v = value_or_zero(gradient.potential, at, exists);
    const float d_output = value_or_zero(gradient.d_output, at, exists) + constant;
    float sum[4] = {};
    HETSYN_UNROLL
    for (unsigned k = 0; k < kWarp; ++k) sum[k % 4] += w[k] * lambda[k];
    float* const now = parts_of(parts, tile, t);
    now[tile.moved * tile.padded() + pre] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
    sync_block();
    const float g = exists ? cell.step(neurons.surrogate, v, d_output + sum_parts(now, tile)) : 0.0F;
    if (tile.writes() && exists) gradient.potential[at] = g;
    own_g[tile.lane] = g;
    sync_warp();
    HETSYN_UNROLL
    for (unsigned k = 0; k < kWarp; ++k) lambda[k] = synapse_step(lambda[k], r[k], own_g[k]);
  }
}

std::size_t parts_size(std::size_t tiles) { return 2 * tiles * tiles * kWarp; }

std::size_t shared_bytes(std::size_t tiles) {
  return (tiles * tiles * kWarp * kWarp + parts_size(tiles)) * sizeof(float);
}

std::size_t shared_bytes_backward(std::size_t tiles) {
  return (parts_size(tiles) + tiles * tiles * kWarp) * sizeof(float);
}

LaunchShape block_per_sample(const BatchShape& shape, unsigned tiles, std::size_t bytes) {
  return {.grid = {shape.samples}, .block = {tiles * tiles * kWarp}, .shared_bytes = bytes};
}

}  // namespace

bool fits_registers(std::size_t neurons, const DeviceLimits& limits) {
  const std::size_t tiles = (neurons + kWarp - 1) / kWarp;
  const std::size_t threads = tiles * tiles * kWarp;
  return threads <= kThreads && threads * kThreadRegisters <= limits.registers_per_block &&
         shared_bytes(tiles) <= limits.shared_bytes_per_block;
}

void run_recurrent(const Neurons& neurons, const Synapses& synapses, const NeuronTape& tape, const BatchShape& shape,
                   const TiledState* tiled, Stream& stream) {
  if (tiled != nullptr) return run_tiled(neurons, synapses, tape, shape, *tiled, stream);
  const unsigned tiles = divide_up(neurons.size, kWarp);
  const auto kernel = synapses.r != nullptr ? &recurrent_kernel<true> : &recurrent_kernel<false>;
  launch(kernel, block_per_sample(shape, tiles, shared_bytes(tiles)), stream, neurons, synapses, tape, shape);
}

void run_recurrent_backward(const Neurons& neurons, const Synapses& synapses, const NeuronGradient& gradient,
                            const BatchShape& shape, const TiledState* tiled, Stream& stream) {
  if (tiled != nullptr) return run_tiled_backward(neurons, synapses, gradient, shape, *tiled, stream);
  const unsigned tiles = divide_up(neurons.size, kWarp);
  const auto kernel = synapses.r != nullptr ? &recurrent_backward_kernel<true> : &recurrent_backward_kernel<false>;
  launch(kernel, block_per_sample(shape, tiles, shared_bytes_backward(tiles)), stream, neurons, synapses, gradient,
         shape);
}

}  // namespace hetsyn::cuda
