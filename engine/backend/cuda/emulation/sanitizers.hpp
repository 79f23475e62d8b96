#pragma once
#include <cstddef>
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(HETSYN_SIMT_TSAN)  // the scheduler itself is compiled without -fsanitize=thread, see CMakeLists.txt
#include <sanitizer/tsan_interface.h>
#endif

/// Annotations for the sanitizers, empty in other builds.
namespace hetsyn::simt {

/// For ThreadSanitizer: an event after everything that happened before it, such as a barrier or a launch.
class Mark {
 public:
#if defined(HETSYN_SIMT_TSAN)
  void release() { __tsan_release(&place_); }
  void acquire() { __tsan_acquire(&place_); }

 private:
  char place_ = 0;
#else
  void release() {}
  void acquire() {}
#endif
};

/// For AddressSanitizer: memory of the device, which only kernels and copies may access.
inline void forbid_access([[maybe_unused]] const void* address, [[maybe_unused]] std::size_t bytes) {
#if defined(__SANITIZE_ADDRESS__)
  __asan_poison_memory_region(address, bytes);
#endif
}
inline void allow_access([[maybe_unused]] const void* address, [[maybe_unused]] std::size_t bytes) {
#if defined(__SANITIZE_ADDRESS__)
  __asan_unpoison_memory_region(address, bytes);
#endif
}

}  // namespace hetsyn::simt
