#pragma once
#include <cstddef>

#include "backend/cuda/device.hpp"
#include "backend/cuda/views.hpp"

/// Populations with a recurrent projection: one block per sample lives for all steps, with one barrier in each. Two
/// kinds of kernels do it, alike in what they compute:
///   registers  every synapse's state, decay and (backwards) weight stay in a register; weights in shared memory
///   tiled      the state of synapses is in global memory, and populations may have any size
namespace hetsyn::cuda {

/// Whether the first kind can take a population of so many neurons.
bool fits_registers(std::size_t neurons, const DeviceLimits& limits);

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
