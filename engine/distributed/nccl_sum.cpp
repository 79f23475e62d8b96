#include "distributed/nccl_sum.hpp"

#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include <cstddef>
#include <string>

#include "core/error.hpp"
#include "distributed/rank_order_sum.hpp"

namespace hetsyn {
namespace {

void check(ncclResult_t result) {
  if (result != ncclSuccess) throw RunError(fmt::format("NCCL: {}", ncclGetErrorString(result)));
}

void check(cudaError_t error) {
  if (error != cudaSuccess) throw RunError(fmt::format("CUDA: {}", cudaGetErrorString(error)));
}

}  // namespace

NcclSum::NcclSum(Communicator& ranks) : ranks_(ranks) {
  std::string id(sizeof(ncclUniqueId), '\0');
  ncclUniqueId unique{};
  if (ranks.rank() == 0) {
    check(ncclGetUniqueId(&unique));
    id.assign(unique.internal, sizeof unique.internal);
  }
  broadcast(ranks, id).copy(unique.internal, sizeof unique.internal);
  check(ncclCommInitRank(&nccl_, static_cast<int>(ranks.size()), unique, static_cast<int>(ranks.rank())));
}

NcclSum::~NcclSum() {
  cudaFree(received_);
  ncclCommDestroy(nccl_);
}

float* NcclSum::received(std::size_t count) {
  if (capacity_ < count) {
    check(cudaFree(received_));
    received_ = nullptr;
    capacity_ = 0;
    check(cudaMalloc(reinterpret_cast<void**>(&received_), ranks_.size() * count * sizeof(float)));
    capacity_ = count;
  }
  return received_;
}

void NcclSum::add_ranks(float* values, std::size_t count, cudaStream_t stream) {
  ranks_.any(false);  // NCCL would wait for ever for a rank that failed
  const Share mine = ranks_.share();
  const std::size_t begin = mine.begin(count), size = mine.size(count);
  float* const pieces = received(size);

  check(ncclGroupStart());
  for (std::size_t rank = 0; rank < mine.ranks; ++rank) {
    const Share theirs{rank, mine.ranks};
    const int peer = static_cast<int>(rank);
    check(ncclSend(values + theirs.begin(count), theirs.size(count), ncclFloat, peer, nccl_, stream));
    check(ncclRecv(pieces + rank * size, size, ncclFloat, peer, nccl_, stream));
  }
  check(ncclGroupEnd());
  check(add_in_rank_order(pieces, mine.ranks, size, values + begin, stream));

  check(ncclGroupStart());
  for (std::size_t rank = 0; rank < mine.ranks; ++rank) {
    if (rank == mine.rank) continue;
    const Share theirs{rank, mine.ranks};
    const int peer = static_cast<int>(rank);
    check(ncclSend(values + begin, size, ncclFloat, peer, nccl_, stream));
    check(ncclRecv(values + theirs.begin(count), theirs.size(count), ncclFloat, peer, nccl_, stream));
  }
  check(ncclGroupEnd());
}

}  // namespace hetsyn
