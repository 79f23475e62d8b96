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

/// Whether the first kind can take a population of so many neurons.
bool fits_registers(unsigned neurons, const DeviceLimits& limits);

/// How the first kind divides a population of ⌈N/32⌉ tiles.
struct Division {
  unsigned blocks;     ///< of each sample
  unsigned own_tiles;  ///< of each block; the last may have fewer
};
/// The fewest blocks that can hold a population that fits; or a block for each tile, where the warps of those few have
/// to wait for each other and the device has multiprocessors for all blocks of the batch at once.
Division divide_population(unsigned neurons, unsigned samples, const DeviceLimits& limits);

/// Memory of the tiled kernels; null where the others run.
struct TiledState {
  float* synapses;             ///< [B][N][N] I, then λ; null where decays are shared
  CellState* cells;            ///< [B][N]
  CellAdjointState* adjoints;  ///< [B][N]
};

/// Feed-forward currents → V and spikes; and V → g, or λ where decays are shared. `tiled` null: the first kind.
void run_recurrent(const Neurons& neurons, const Synapses& synapses, const NeuronTape& tape, const BatchShape& shape,
                   const TiledState* tiled, Stream& stream);
void run_recurrent_backward(const Neurons& neurons, const Synapses& synapses, const NeuronGradient& gradient,
                            const BatchShape& shape, const TiledState* tiled, Stream& stream);

void run_tiled(const Neurons& neurons, const Synapses& synapses, const NeuronTape& tape, const BatchShape& shape,
               const TiledState& state, Stream& stream);
void run_tiled_backward(const Neurons& neurons, const Synapses& synapses, const NeuronGradient& gradient,
                        const BatchShape& shape, const TiledState& state, Stream& stream);

}  // namespace hetsyn::cuda
