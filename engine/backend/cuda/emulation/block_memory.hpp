#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <source_location>
#include <vector>

#include "backend/cuda/emulation/sanitizers.hpp"
#include "backend/cuda/emulation/thread.hpp"

/// What the threads of one block share.
namespace hetsyn::simt {

/// Arrays in shared memory: each an allocation of its own with exactly its size, for AddressSanitizer, filled with NaN.
class SharedMemory {
 public:
  explicit SharedMemory(std::size_t dynamic_bytes) : dynamic_(allocate(dynamic_bytes)), dynamic_bytes_(dynamic_bytes) {}
  ~SharedMemory() { allow_access(dynamic_.get(), dynamic_bytes_); }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  [[nodiscard]] void* dynamic() const { return dynamic_.get(); }
  [[nodiscard]] std::size_t dynamic_bytes() const { return dynamic_bytes_; }
  /// The array declared at a place; made by the first thread that comes there.
  void* declared(std::size_t bytes, const std::source_location& where);
  /// Bytes of all declared arrays so far.
  [[nodiscard]] std::size_t declared_bytes() const { return declared_bytes_; }
  /// The block has ended: AddressSanitizer lets nobody touch what other blocks could reach.
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

/// What lanes of a warp show each other. Waits alternate between the two halves: a lane can be one wait ahead of
/// another, never two.
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
