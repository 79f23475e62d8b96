#pragma once
#include <cstddef>

#include "state/spikes.hpp"

/// Decides which projections with shared decays are computed as matrix products, and limits their memory. This depends
/// only on the network, the kind of input and the device, never on the values of a batch, so that a repeated run gives
/// the same bits. It has not been measured; docs/cuda.md has the estimate.
namespace hetsyn::cuda {

inline constexpr std::size_t kLeastSynapses = 256;  // with fewer, a product of spikes takes as long as its launches
inline constexpr std::size_t kMostExpandedBytes = std::size_t{64} << 20;   // spikes as floats at the same time
inline constexpr std::size_t kMostWorkspaceBytes = std::size_t{32} << 20;  // recommended by cuBLAS for the H100

/// Whether a product is used if cuBLAS is available; otherwise the event kernels run.
bool product_pays(std::size_t post, std::size_t pre, InputKind kind);

/// `most`, but at most 1/1024 of the device's memory.
std::size_t scratch_bytes(std::size_t most);

/// The number of rows (steps of samples) that are multiplied at once; at least 1.
std::size_t chunk_rows(std::size_t pre);

}  // namespace hetsyn::cuda
