#pragma once
#include <cstddef>
#include <source_location>

/// Operations of a running CUDA thread in the emulation. They may only be called in kernels.
namespace hetsyn::simt {

inline constexpr unsigned kWarpSize = 32;

struct Index {
  unsigned x = 0, y = 0, z = 0;
};

/// The place of a thread in its grid.
struct Place {
  Index thread, block, block_extent, grid_extent;
  unsigned lane = 0;
  unsigned cluster_rank = 0;  ///< of the block in its cluster
};

/// A value that a lane passes to others.
struct alignas(16) LaneSlot {
  std::byte bytes[16];
};

const Place& place();

/// Waits until all threads of the block that have not ended are here. Throws (in run_grid()) if others wait elsewhere.
void wait_for_block(const std::source_location& where);
/// The same for all threads of the block's cluster.
void wait_for_cluster(const std::source_location& where);
/// The same for the 32 lanes of the warp, of which none may have ended.
void wait_for_warp(const std::source_location& where);
/// [32]: the warp's slots for its next wait_for_warp(), which do not change until the wait after that.
LaneSlot* lane_slots();

/// The block's array for a declaration, identified by the place of the declaration. Filled with NaN when the block
/// starts.
void* static_shared(std::size_t bytes, const std::source_location& where = std::source_location::current());
/// Memory of size LaunchShape::shared_bytes.
void* dynamic_shared();
/// The same address in the dynamic memory of another block of the cluster. Throws std::logic_error before the thread's
/// first wait for the cluster, since that block may not have started. After the block has ended, AddressSanitizer
/// reports accesses.
void* shared_of_block(void* address, unsigned rank);

}  // namespace hetsyn::simt
