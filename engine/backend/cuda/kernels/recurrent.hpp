#pragma once
#include <cstddef>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/kernels/views.hpp"

/// Populations with a recurrent projection, computed for all steps by one kernel, with one barrier in each step. Two
/// kinds of kernels do it, alike in what they compute:
///   registers  every synapse's state, decay and (backwards) weight stay in a register; weights in shared memory. A
///              sample is a block, or a cluster of blocks where one does not suffice or the device would be idle
///   tiled      the state of synapses is in global memory, and populations may have any size; a sample is a block
namespace hetsyn::cuda {

/// Whether the first kind is possible for so many neurons.
bool fits_registers(unsigned neurons, const DeviceLimits& limits);

/// The division of a population of ⌈N/32⌉ tiles for the first kind.
struct Division {
  unsigned blocks;     ///< of each sample
  unsigned own_tiles;  ///< of each block; the last block may have fewer
};
/// The smallest number of blocks for a population that fits; or a block for each tile, if the warps of those blocks
/// would have to wait for each other and the device can run all blocks of the batch at once.
Division divide_population(unsigned neurons, unsigned samples, const DeviceLimits& limits);

/// Memory of the tiled kernels; null for the others.
struct TiledState {
  float* synapses;      ///< [B][N][N] I, then λ; null if decays are shared
  std::byte* cells;     ///< [B][N] CellState of the kind of neurons
  std::byte* adjoints;  ///< [B][N] CellAdjointState likewise
};

/// Compute V and spikes from feed-forward currents; and g from V, or λ if decays are shared. With `tiled` null, the
/// first kind runs.
void run_recurrent(const Neurons& neurons, const Synapses& synapses, const NeuronTape& tape, const BatchShape& shape,
                   const TiledState* tiled, Stream& stream);
void run_recurrent_backward(const Neurons& neurons, const Synapses& synapses, const NeuronGradient& gradient,
                            const BatchShape& shape, const TiledState* tiled, Stream& stream);

void run_tiled(const Neurons& neurons, const Synapses& synapses, const NeuronTape& tape, const BatchShape& shape,
               const TiledState& state, Stream& stream);
void run_tiled_backward(const Neurons& neurons, const Synapses& synapses, const NeuronGradient& gradient,
                        const BatchShape& shape, const TiledState& state, Stream& stream);

}  // namespace hetsyn::cuda
