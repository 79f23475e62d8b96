#pragma once
#include <cstddef>

#include "state/spikes.hpp"

/// Which projections with shared decays run as products of matrices, and what memory that may take. All of it follows
/// from the network, the kind of input and the device, never from the values of a batch, so that a run can be repeated
/// in bits. Unmeasured; docs/cuda.md has the estimate.
namespace hetsyn::cuda {

inline constexpr std::size_t kLeastSynapses = 256;  // below, a product of spikes takes as long as its launches
inline constexpr std::size_t kMostExpandedBytes = std::size_t{64} << 20;   // spikes as floats at one time
inline constexpr std::size_t kMostWorkspaceBytes = std::size_t{32} << 20;  // as cuBLAS recommends for the H100

/// Whether a product is taken, where a library for it is there; otherwise the event kernels run.
bool product_pays(std::size_t post, std::size_t pre, InputKind kind);

/// At most `most`, and at most 1/1024 of the device's memory.
std::size_t scratch_bytes(std::size_t most);

/// Rows (steps of samples) that are multiplied at once; at least 1.
std::size_t chunk_rows(std::size_t pre);

}  // namespace hetsyn::cuda
