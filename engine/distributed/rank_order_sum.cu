#include "distributed/rank_order_sum.hpp"

namespace hetsyn {
namespace {

constexpr std::size_t kThreads = 256;

__global__ void add_pieces(const float* pieces, std::size_t ranks, std::size_t size, float* sum) {
  const std::size_t i = blockIdx.x * kThreads + threadIdx.x;
  if (i >= size) return;
  double total = 0.0;
  for (std::size_t rank = 0; rank < ranks; ++rank) total += static_cast<double>(pieces[rank * size + i]);
  sum[i] = static_cast<float>(total);
}

}  // namespace

cudaError_t add_in_rank_order(const float* pieces, std::size_t ranks, std::size_t size, float* sum,
                              cudaStream_t stream) {
  if (size == 0) return cudaSuccess;
  const auto blocks = static_cast<unsigned>((size + kThreads - 1) / kThreads);
  add_pieces<<<blocks, kThreads, 0, stream>>>(pieces, ranks, size, sum);
  return cudaGetLastError();
}

}  // namespace hetsyn
