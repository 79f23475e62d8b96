#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>

#include "backend/cuda/emulation/thread.hpp"

/// Runs kernels on the host: one block, or cluster of blocks, after another, and its threads one at a time, each until
/// it waits for others or ends. It detects wrong logic, missing barriers and bad addresses, but neither timing nor
/// effects of reordered memory accesses. Only one host thread at a time may launch.
namespace hetsyn::simt {

/// Threads of a block or a cluster wait at different barriers.
class Divergence : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

enum class Order : std::uint8_t { ascending, descending, seeded };

/// The order in which blocks run, and threads between two waits. The result of a correct kernel does not depend on it.
struct Schedule {
  Order order = Order::ascending;
  std::uint32_t seed = 0;
};
/// Sets the schedule of all later launches.
void set_schedule(const Schedule& schedule);

struct GridShape {
  Index grid, block;
  unsigned cluster_blocks = 1;  ///< number of blocks along x that form a cluster; grid.x is a multiple of it
  std::size_t dynamic_bytes = 0;
  std::size_t most_shared_bytes = 0;  ///< limit for declared and dynamic memory of a block together
};

/// Throws Divergence, which names the places where threads wait; std::length_error if a block needs more shared memory
/// than there is; and the exceptions of a kernel, such as std::logic_error for wrong access to another block's memory.
void run_grid(const GridShape& shape, const std::function<void()>& thread_body);

}  // namespace hetsyn::simt
