#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>

#include "backend/cuda/emulation/thread.hpp"

/// Runs kernels on the host: one block after another, or cluster of blocks, their threads in turns, each until it waits
/// for others or ends. It shows wrong logic, missing barriers and bad addresses; not timing, and not what needs memory
/// accesses out of order. One host thread at a time may launch.
namespace hetsyn::simt {

/// Threads of a block or a cluster do not meet at one barrier.
class Divergence : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

enum class Order : std::uint8_t { ascending, descending, seeded };

/// In which order blocks run, and threads between two waits. What a correct kernel computes does not depend on it.
struct Schedule {
  Order order = Order::ascending;
  std::uint32_t seed = 0;
};
/// Of all later launches.
void set_schedule(const Schedule& schedule);

struct GridShape {
  Index grid, block;
  unsigned cluster_blocks = 1;  ///< blocks along x that run together; grid.x is a multiple of it
  std::size_t dynamic_bytes = 0;
  std::size_t most_shared_bytes = 0;  ///< declared and dynamic memory of a block together
};

/// Throws Divergence, naming the places where threads wait; std::length_error where a block takes more shared memory
/// than there is; and what a kernel throws, which is std::logic_error for a wrong use of another block's memory.
void run_grid(const GridShape& shape, const std::function<void()>& thread_body);

}  // namespace hetsyn::simt
