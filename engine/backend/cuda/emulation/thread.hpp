#pragma once
#include <cstddef>
#include <source_location>

/// What a running CUDA thread of the emulation can ask for. All of it is for kernels only: outside of one there is no
/// thread.
namespace hetsyn::simt {

inline constexpr unsigned kWarpSize = 32;

struct Index {
  unsigned x = 0, y = 0, z = 0;
};

/// Where a thread is in its grid.
struct Place {
  Index thread, block, block_extent, grid_extent;
  unsigned lane = 0;
  unsigned cluster_rank = 0;  ///< of the block in its cluster
};

/// What one lane shows to the others.
struct alignas(16) LaneSlot {
  std::byte bytes[16];
};

const Place& place();

/// Returns when all threads of the block that have not ended are here. Throws (in the scheduler, see run_grid) where
/// others wait elsewhere.
void wait_for_block(const std::source_location& where);
/// The same for all threads of the block's cluster.
void wait_for_cluster(const std::source_location& where);
/// The same for the 32 lanes of the warp, of which none may have ended.
void wait_for_warp(const std::source_location& where);
/// [32]: the warp's slots for its next wait_for_warp(). They stay as they are until the wait after that.
LaneSlot* lane_slots();

/// The block's array of a declaration, by the place of the declaration. Filled with NaN when the block starts.
void* static_shared(std::size_t bytes, const std::source_location& where = std::source_location::current());
/// LaunchShape::shared_bytes of memory.
void* dynamic_shared();
/// The same place in the dynamic memory of a block of the cluster. Throws std::logic_error before the thread's first
/// wait for the cluster, until which that block may not have started. It is forbidden memory where the block has ended.
void* shared_of_block(void* address, unsigned rank);

}  // namespace hetsyn::simt
