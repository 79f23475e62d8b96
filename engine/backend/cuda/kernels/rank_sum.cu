#include "backend/cuda/kernels/rank_sum.hpp"
#include "backend/cuda/kernels/simt.hpp"

namespace hetsyn::cuda {
namespace {

constexpr unsigned kThreads = 256;

HETSYN_KERNEL rank_sum_kernel(const float* pieces, std::size_t ranks, std::size_t size, float* sum) {
  const std::size_t i = std::size_t{blockIdx.x} * kThreads + threadIdx.x;
  if (i >= size) return;
  double total = 0.0;
  for (std::size_t rank = 0; rank < ranks; ++rank) total += static_cast<double>(pieces[rank * size + i]);
  sum[i] = static_cast<float>(total);
}

}  // namespace

void add_in_rank_order(const float* pieces, std::size_t ranks, std::size_t size, float* sum, Stream& stream) {
  if (size == 0) return;
  const auto blocks = static_cast<unsigned>((size + kThreads - 1) / kThreads);
  launch(&rank_sum_kernel, {.grid = {blocks}, .block = {kThreads}}, stream, pieces, ranks, size, sum);
}

}  // namespace hetsyn::cuda
