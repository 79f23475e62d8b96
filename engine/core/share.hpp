#pragma once
#include <cstddef>

namespace hetsyn {

/// One rank of a data-parallel run, and its part of a batch: samples [begin, end) of `size`. The parts of all ranks, in
/// rank order, form the batch; their sizes differ by at most one, and may be 0.
struct Share {
  std::size_t rank = 0, ranks = 1;

  [[nodiscard]] std::size_t begin(std::size_t size) const { return size * rank / ranks; }
  [[nodiscard]] std::size_t end(std::size_t size) const { return size * (rank + 1) / ranks; }
  [[nodiscard]] std::size_t size(std::size_t size) const { return end(size) - begin(size); }
};

}  // namespace hetsyn
