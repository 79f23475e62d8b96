#include "backend/cuda/emulation/block_memory.hpp"

#include <cstdlib>
#include <cstring>
#include <new>

namespace hetsyn::simt {
namespace {

constexpr std::size_t kAlignment = 16;
constexpr int kUndefined = 0xFF;  // four of them are a NaN

}  // namespace

void SharedMemory::Free::operator()(void* memory) const { std::free(memory); }

SharedMemory::Memory SharedMemory::allocate(std::size_t bytes) {
  void* memory = nullptr;
  if (::posix_memalign(&memory, kAlignment, bytes) != 0) throw std::bad_alloc();
  std::memset(memory, kUndefined, bytes);
  return Memory(memory);
}

void* SharedMemory::declared(std::size_t bytes, const std::source_location& where) {
  made_.acquire();
  for (const Declaration& known : declarations_) {
    if (known.file == where.file_name() && known.line == where.line() && known.bytes == bytes) {
      return known.memory.get();
    }
  }
  declarations_.push_back({where.file_name(), where.line(), bytes, allocate(bytes)});
  declared_bytes_ += bytes;
  made_.release();
  return declarations_.back().memory.get();
}

}  // namespace hetsyn::simt
