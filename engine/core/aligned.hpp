#pragma once
#include <cstddef>
#include <vector>

namespace hetsyn {

inline constexpr std::size_t kCacheLine = 64;  // bytes; also the widest SIMD register

/// Memory for an array, from a multiple of the cache line on. Large arrays are to lie on huge pages where the system
/// has them: kernels that stream through an array would otherwise wait for the addresses of its pages.
void* allocate_array(std::size_t bytes);
void free_array(void* array, std::size_t bytes) noexcept;

/// Allocates at multiples of the cache line, so that a strip of neurons never crosses a line.
template <class T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <class U>
  explicit AlignedAllocator(const AlignedAllocator<U>& /*other*/) noexcept {}
  T* allocate(std::size_t n) { return static_cast<T*>(allocate_array(n * sizeof(T))); }
  void deallocate(T* p, std::size_t n) noexcept { free_array(p, n * sizeof(T)); }
  template <class U>
  bool operator==(const AlignedAllocator<U>& /*other*/) const noexcept {
    return true;
  }
};

template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

/// The smallest multiple of `step` that is not less than `n`.
constexpr std::size_t round_up(std::size_t n, std::size_t step) { return (n + step - 1) / step * step; }

}  // namespace hetsyn
