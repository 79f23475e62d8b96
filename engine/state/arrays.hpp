#pragma once
#include <cstddef>
#include <vector>

/// A structure of arrays lists each array with its number of elements in a member `each_array(visit)`. The visitors
/// below allocate or count these arrays, so that a memory plan cannot differ from the memory.
namespace hetsyn {

/// Gives each array its size. New elements are zero, old ones are kept.
struct ResizeArrays {
  template <class T, class Allocator>
  void operator()(std::vector<T, Allocator>& array, std::size_t elements) const {
    array.resize(elements);
  }
  /// One array per sample.
  template <class T, class Allocator>
  void operator()(std::vector<std::vector<T, Allocator>>& arrays, std::size_t elements, std::size_t count) const {
    arrays.resize(count);
    for (auto& array : arrays) array.resize(elements);
  }
};

/// Gives each array its size, with zeros.
struct ClearArrays {
  template <class T, class Allocator>
  void operator()(std::vector<T, Allocator>& array, std::size_t elements) const {
    array.assign(elements, T{});
  }
};

/// Adds up the sizes of the arrays, whether or not they are allocated.
struct CountBytes {
  std::size_t bytes = 0;

  template <class T, class Allocator>
  void operator()(const std::vector<T, Allocator>& /*array*/, std::size_t elements) {
    bytes += elements * sizeof(T);
  }
  template <class T, class Allocator>
  void operator()(const std::vector<std::vector<T, Allocator>>& /*arrays*/, std::size_t elements, std::size_t count) {
    bytes += count * elements * sizeof(T);
  }
};

}  // namespace hetsyn
