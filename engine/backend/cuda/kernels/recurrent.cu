#include "backend/cuda/kernels/recurrent.hpp"

#include <algorithm>
#include <optional>

#include "backend/cuda/kernels/cell.hpp"

namespace hetsyn::cuda {
namespace {

constexpr unsigned kThreads = 512;              // largest number in a block
constexpr unsigned kThreadRegisters = 128;      // available to each thread of such a block
constexpr unsigned kSchedulers = 4;             // of a multiprocessor; each issues instructions of one warp at a time
constexpr unsigned kGroupMultiprocessors = 16;  // smallest number in a graphics processing cluster (H100: 16 or 18)

// N neurons are divided into tiles of 32. A warp has the synapses between two tiles, each lane 32 of them. In every
// step the partial sums for a neuron are collected in shared memory; then all warps that need a tile of neurons update
// it, with the same result, so that one barrier is enough. All warps are in one block, or in the blocks of a cluster: a
// block then updates `own_tiles` of the tiles, and a partial sum is sent to the block that updates the neurons.

/// The place of a thread.
struct Tile {
  unsigned tiles, own_tiles, summed, slot, moved, lane, warp;

  /// `summed`: the tile for whose neurons the lanes of the warp add up; `moved`: the tile whose neurons they update,
  /// the slot-th of its block. The last block of a cluster may have warps for tiles past the last, which are empty.
  HETSYN_DEVICE Tile(unsigned neurons, unsigned tiles_of_block, unsigned block)
      : tiles(divide_up(neurons, kWarp)),
        own_tiles(tiles_of_block),
        summed(threadIdx.x / kWarp % tiles),
        slot(threadIdx.x / kWarp / tiles),
        moved(block * own_tiles + slot),
        lane(threadIdx.x % kWarp),
        warp(threadIdx.x / kWarp) {}

  [[nodiscard]] HETSYN_DEVICE bool holds() const { return moved < tiles; }
  [[nodiscard]] HETSYN_DEVICE unsigned sum_neuron() const { return summed * kWarp + lane; }
  [[nodiscard]] HETSYN_DEVICE unsigned own_neuron() const { return moved * kWarp + lane; }
  /// If several warps have the same neurons, one of them writes.
  [[nodiscard]] HETSYN_DEVICE bool writes() const { return summed == 0; }
  /// The block of the cluster that updates the neurons of the sums.
  [[nodiscard]] HETSYN_DEVICE unsigned receiver() const { return summed / own_tiles; }
  [[nodiscard]] HETSYN_DEVICE unsigned parts_of_step() const { return own_tiles * tiles * kWarp; }
};

/// Barrier of all threads that compute a sample.
template <bool kCluster>
HETSYN_DEVICE void sync_sample() {
  if (kCluster) {
    sync_cluster();
  } else {
    sync_block();
  }
}

/// Where the sum of this lane is written in the receiver's parts [2][own tiles][tiles][32], which alternate between
/// steps.
HETSYN_DEVICE float* sent_part(float* parts, const Tile& tile, unsigned t) {
  const unsigned slot = tile.summed - tile.receiver() * tile.own_tiles;
  return parts + t % 2 * tile.parts_of_step() + (slot * tile.tiles + tile.moved) * kWarp + tile.lane;
}
/// The sum of the parts for the own neuron.
HETSYN_DEVICE float sum_parts(const float* parts, const Tile& tile, unsigned t) {
  const float* const own = parts + t % 2 * tile.parts_of_step() + tile.slot * tile.tiles * kWarp + tile.lane;
  float total = 0.0F;
  for (unsigned part = 0; part < tile.tiles; ++part) total += own[part * kWarp];
  return total;
}

HETSYN_DEVICE float value_or_zero(const float* values, std::size_t at, bool exists) {
  return exists ? values[at] : 0.0F;
}

/// Shared memory: parts [2][own tiles][tiles][32], weights [warps][32 pre][32 post].
template <bool kOwnDecays, bool kAdlif, bool kCluster>
HETSYN_KERNEL HETSYN_LAUNCH_BOUNDS(kThreads, 1)
    recurrent_kernel(Neurons neurons, Synapses synapses, NeuronTape tape, BatchShape shape, Division division) {
  HETSYN_DYNAMIC_SHARED(float, parts);
  const Tile tile(neurons.size, division.own_tiles, kCluster ? cluster_rank() : 0);
  const unsigned sample = blockIdx.x / division.blocks;
  const unsigned post = tile.sum_neuron();
  const unsigned n = tile.own_neuron();
  const bool exists = n < neurons.size;
  float* const weights = parts + 2 * tile.parts_of_step() + tile.warp * kWarp * kWarp + tile.lane;
  float current[kWarp], r[kWarp];  // for the synapses from the warp's own tile to `post`
  HETSYN_UNROLL
  for (unsigned k = 0; k < kWarp; ++k) {
    const unsigned pre = tile.moved * kWarp + k;
    const bool synapse = post < neurons.size && pre < neurons.size;
    const std::size_t at = std::size_t{post} * synapses.pre + pre;
    weights[k * kWarp] = value_or_zero(synapses.w, at, synapse);
    r[k] = value_or_zero(synapses.r, at, kOwnDecays && synapse);
    current[k] = 0.0F;
  }
  Cell<kOwnDecays, kAdlif> cell(neurons, exists ? n : 0);
  unsigned spikes = 0;  // of the own tile in the previous step
  if (kCluster) sync_cluster();
  float* const received = kCluster ? shared_of(parts, tile.receiver()) : parts;
  for (unsigned t = 0; t < shape.steps; ++t) {
    // Must be read before the barrier, after which another warp writes V there.
    const float drive = value_or_zero(tape.potential, shape.row(sample, t) * neurons.size + n, exists);
    float sum[4] = {};
    if (kOwnDecays) {
      HETSYN_UNROLL
      for (unsigned k = 0; k < kWarp; ++k) {
        const float arrives = (spikes >> k & 1U) != 0 ? weights[k * kWarp] : 0.0F;
        current[k] = synapse_step(current[k], r[k], arrives);
        sum[k % 4] += current[k];
      }
    } else {
      for (unsigned left = spikes; left != 0; left &= left - 1) sum[0] += weights[lowest_bit(left) * kWarp];
    }
    if (tile.holds()) *sent_part(received, tile, t) = (sum[0] + sum[1]) + (sum[2] + sum[3]);
    sync_sample<kCluster>();
    const float v = cell.step(drive, sum_parts(parts, tile, t), t);
    spikes = ballot(exists && cell.spikes());
    if (tile.writes() && exists) cell.record(tape, shape, neurons, sample, t, n, v);
  }
}

/// Lanes add up for the presynaptic side: dL/dz_k[t] = Σ_j w_jk λ_jk[t+1] + … Shared memory: parts as above, g
/// [warps][32].
template <bool kOwnDecays, bool kAdlif, bool kCluster>
HETSYN_KERNEL HETSYN_LAUNCH_BOUNDS(kThreads, 1)
    recurrent_backward_kernel(Neurons neurons, Synapses synapses, NeuronGradient gradient, BatchShape shape,
                              Division division) {
  HETSYN_DYNAMIC_SHARED(float, parts);
  const Tile tile(neurons.size, division.own_tiles, kCluster ? cluster_rank() : 0);
  const unsigned sample = blockIdx.x / division.blocks;
  const unsigned pre = tile.sum_neuron();
  const unsigned n = tile.own_neuron();
  const bool exists = n < neurons.size;
  float* const own_g = parts + 2 * tile.parts_of_step() + tile.warp * kWarp;
  float lambda[kWarp], r[kWarp], w[kWarp];  // for the synapses from `pre` to the warp's own tile
  HETSYN_UNROLL
  for (unsigned k = 0; k < kWarp; ++k) {
    const unsigned post = tile.moved * kWarp + k;
    const bool synapse = pre < neurons.size && post < neurons.size;
    const std::size_t at = std::size_t{post} * synapses.pre + pre;
    w[k] = value_or_zero(synapses.w, at, synapse);
    r[k] = value_or_zero(synapses.r, at, kOwnDecays && synapse);
    lambda[k] = 0.0F;
  }
  CellAdjoint<kOwnDecays, kAdlif> cell(neurons, exists ? n : 0);
  const float constant = exists ? constant_gradient(gradient, n) : 0.0F;
  if (kCluster) sync_cluster();
  float* const received = kCluster ? shared_of(parts, tile.receiver()) : parts;
  for (unsigned t = shape.steps; t-- > 0;) {
    const std::size_t at = shape.row(sample, t) * neurons.size + n;
    // Must be read before the barrier, after which another warp writes g there.
    const float v = value_or_zero(gradient.potential, at, exists);
    const float d_output = value_or_zero(gradient.d_output, at, exists) + constant;
    float sum[4] = {};
    HETSYN_UNROLL
    for (unsigned k = 0; k < kWarp; ++k) sum[k % 4] += w[k] * lambda[k];
    if (tile.holds()) *sent_part(received, tile, t) = (sum[0] + sum[1]) + (sum[2] + sum[3]);
    sync_sample<kCluster>();
    const float d = d_output + sum_parts(parts, tile, t);
    const float g = exists ? cell.step(neurons.surrogate, v, d, gradient, at, tile.writes()) : 0.0F;
    own_g[tile.lane] = g;
    sync_warp();
    HETSYN_UNROLL
    for (unsigned k = 0; k < kWarp; ++k) lambda[k] = synapse_step(lambda[k], r[k], own_g[k]);
  }
  if (tile.writes() && exists) cell.write_adaptation(gradient, shape, neurons, sample, n);
}

struct RecurrentKernels {
  template <bool kOwnDecays, bool kAdlif, bool kCluster>
  static constexpr auto kKernel = &recurrent_kernel<kOwnDecays, kAdlif, kCluster>;
};
struct RecurrentBackwardKernels {
  template <bool kOwnDecays, bool kAdlif, bool kCluster>
  static constexpr auto kKernel = &recurrent_backward_kernel<kOwnDecays, kAdlif, kCluster>;
};

template <class Kernels, bool kOwnDecays, bool kAdlif>
auto of_division(const Division& division) {
  return division.blocks > 1 ? Kernels::template kKernel<kOwnDecays, kAdlif, true>
                             : Kernels::template kKernel<kOwnDecays, kAdlif, false>;
}

/// The kernel for such a population.
template <class Kernels>
auto of_kind(const Synapses& synapses, const Neurons& neurons, const Division& division) {
  if (synapses.r == nullptr) {
    return neurons.adlif ? of_division<Kernels, false, true>(division) : of_division<Kernels, false, false>(division);
  }
  return neurons.adlif ? of_division<Kernels, true, true>(division) : of_division<Kernels, true, false>(division);
}

std::size_t parts_size(unsigned tiles, unsigned own_tiles) { return std::size_t{2} * own_tiles * tiles * kWarp; }

std::size_t shared_bytes(unsigned tiles, unsigned own_tiles) {
  return (parts_size(tiles, own_tiles) + std::size_t{own_tiles} * tiles * kWarp * kWarp) * sizeof(float);
}

std::size_t shared_bytes_backward(unsigned tiles, unsigned own_tiles) {
  return (parts_size(tiles, own_tiles) + std::size_t{own_tiles} * tiles * kWarp) * sizeof(float);
}

using SharedBytes = std::size_t (*)(unsigned tiles, unsigned own_tiles);

LaunchShape launch_shape(unsigned neurons, const BatchShape& shape, const Division& division, SharedBytes shared) {
  const unsigned tiles = divide_up(neurons, kWarp);
  return {.grid = {shape.samples * division.blocks},
          .block = {division.own_tiles * tiles * kWarp},
          .cluster = division.blocks,
          .shared_bytes = shared(tiles, division.own_tiles)};
}

bool fits(unsigned tiles, const Division& division, const DeviceLimits& limits) {
  const std::size_t threads = std::size_t{division.own_tiles} * tiles * kWarp;
  return division.blocks <= limits.cluster_blocks && threads <= kThreads &&
         threads * kThreadRegisters <= limits.registers_per_block &&
         shared_bytes(tiles, division.own_tiles) <= limits.shared_bytes_per_block;
}

/// The smallest number of blocks that can hold all synapses; empty if they do not fit.
std::optional<Division> fewest_blocks(unsigned tiles, const DeviceLimits& limits) {
  for (unsigned own_tiles = std::min(tiles, kThreads / kWarp); own_tiles > 0; --own_tiles) {
    const Division division{divide_up(tiles, own_tiles), own_tiles};
    if (fits(tiles, division, limits)) return division;
  }
  return std::nullopt;
}

/// The number of clusters that run at the same time: each is in one graphics processing cluster.
unsigned clusters_at_once(unsigned blocks, const DeviceLimits& limits) {
  return limits.multiprocessors / kGroupMultiprocessors * (kGroupMultiprocessors / blocks);
}

}  // namespace

bool fits_registers(unsigned neurons, const DeviceLimits& limits) {
  return fewest_blocks(divide_up(neurons, kWarp), limits).has_value();
}

Division divide_population(unsigned neurons, unsigned samples, const DeviceLimits& limits) {
  const unsigned tiles = divide_up(neurons, kWarp);
  const Division fewest = fewest_blocks(tiles, limits).value();
  const Division most{tiles, 1};
  const bool warps_wait = fewest.own_tiles * tiles > kSchedulers;
  const bool idle = fits(tiles, most, limits) && samples <= clusters_at_once(most.blocks, limits);
  return warps_wait && idle ? most : fewest;
}

void run_recurrent(const Neurons& neurons, const Synapses& synapses, const NeuronTape& tape, const BatchShape& shape,
                   const TiledState* tiled, Stream& stream) {
  if (tiled != nullptr) return run_tiled(neurons, synapses, tape, shape, *tiled, stream);
  const Division division = divide_population(neurons.size, shape.samples, device_limits());
  const auto kernel = of_kind<RecurrentKernels>(synapses, neurons, division);
  launch(kernel, launch_shape(neurons.size, shape, division, &shared_bytes), stream, neurons, synapses, tape, shape,
         division);
}

void run_recurrent_backward(const Neurons& neurons, const Synapses& synapses, const NeuronGradient& gradient,
                            const BatchShape& shape, const TiledState* tiled, Stream& stream) {
  if (tiled != nullptr) return run_tiled_backward(neurons, synapses, gradient, shape, *tiled, stream);
  const Division division = divide_population(neurons.size, shape.samples, device_limits());
  const auto kernel = of_kind<RecurrentBackwardKernels>(synapses, neurons, division);
  launch(kernel, launch_shape(neurons.size, shape, division, &shared_bytes_backward), stream, neurons, synapses,
         gradient, shape, division);
}

}  // namespace hetsyn::cuda
