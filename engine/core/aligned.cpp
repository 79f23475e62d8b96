#include "core/aligned.hpp"

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <new>

namespace hetsyn {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kLarge = 2 * kHugePage;  // bytes

std::align_val_t alignment(std::size_t bytes) { return std::align_val_t{bytes < kLarge ? kCacheLine : kHugePage}; }

}  // namespace

void* allocate_array(std::size_t bytes) {
  void* const array = ::operator new(bytes, alignment(bytes));
#if defined(MADV_HUGEPAGE)
  // Whole pages only, so that an array never occupies more memory than its size. It is a hint, which may be refused.
  if (bytes >= kLarge) static_cast<void>(madvise(array, bytes / kHugePage * kHugePage, MADV_HUGEPAGE));
#endif
  return array;
}

void free_array(void* array, std::size_t bytes) noexcept { ::operator delete(array, alignment(bytes)); }

}  // namespace hetsyn
