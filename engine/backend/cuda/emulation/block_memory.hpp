#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <source_location>
#include <vector>

#include "backend/cuda/emulation/sanitizers.hpp"
#include "backend/cuda/emulation/thread.hpp"

/// Memory that the threads of a block share.
namespace hetsyn::simt {

/// Arrays in shared memory: each is a separate allocation of exactly its size, for AddressSanitizer, filled with NaN.
class SharedMemory {
 public:
  explicit SharedMemory(std::size_t dynamic_bytes) : dynamic_(allocate(dynamic_bytes)), dynamic_bytes_(dynamic_bytes) {}
  ~SharedMemory() { allow_access(dynamic_.get(), dynamic_bytes_); }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  [[nodiscard]] void* dynamic() const { return dynamic_.get(); }
  [[nodiscard]] std::size_t dynamic_bytes() const { return dynamic_bytes_; }
  /// The array that is declared at a place in the source; the first thread that reaches it allocates it.
  void* declared(std::size_t bytes, const std::source_location& where);
  /// The bytes of all arrays declared so far.
  [[nodiscard]] std::size_t declared_bytes() const { return declared_bytes_; }
  /// Called when the block has ended: AddressSanitizer then reports accesses of other blocks.
  void end() { forbid_access(dynamic_.get(), dynamic_bytes_); }

 private:
  struct Free {
    void operator()(void* memory) const;
  };
  using Memory = std::unique_ptr<void, Free>;
  struct Declaration {
    const char* file;
    std::uint_least32_t line;
    std::size_t bytes;
    Memory memory;
  };
  static Memory allocate(std::size_t bytes);

  Memory dynamic_;
  std::size_t dynamic_bytes_;
  std::vector<Declaration> declarations_;
  std::size_t declared_bytes_ = 0;
  Mark made_;
};

/// Slots through which the lanes of a warp exchange values. Waits alternate between the two halves: a lane can be at
/// most one wait ahead of another.
struct Warp {
  std::array<std::array<LaneSlot, kWarpSize>, 2> slots{};
  std::array<Mark, 2> marks;
  unsigned waiting = 0;  ///< lanes
};

struct BlockMemory {
  BlockMemory(std::size_t threads, std::size_t dynamic_bytes) : warps(threads / kWarpSize), shared(dynamic_bytes) {}
  std::vector<Warp> warps;
  std::array<Mark, 2> marks;  ///< of the block's barrier, alternating
  SharedMemory shared;
};

}  // namespace hetsyn::simt
