#pragma once
#include <nccl.h>

#include <cstddef>

#include "core/communicator.hpp"

/// Sums of arrays in device memory, from device to device. Compiled where nvcc and NCCL are found; not yet run on a
/// device, and not yet used by the CUDA backend, whose gradients pass through host memory (Backend::sum_gradients).
namespace hetsyn {

class NcclSum {
 public:
  /// Of the current device of each rank; all ranks call it, each with a device of its own. Throws RunError.
  explicit NcclSum(Communicator& ranks);
  ~NcclSum();
  NcclSum(const NcclSum&) = delete;
  NcclSum& operator=(const NcclSum&) = delete;

  /// Makes `values` [count] of each rank their sum over the ranks, added in rank order in double precision: the same
  /// bits on all ranks and each time. It is done when `stream` is. Throws RunError, and RankFailure like all that ranks
  /// do together.
  void add_ranks(float* values, std::size_t count, cudaStream_t stream);

 private:
  /// [ranks][`count`] elements of device memory.
  float* received(std::size_t count);

  Communicator& ranks_;
  ncclComm_t nccl_ = nullptr;
  float* received_ = nullptr;
  std::size_t capacity_ = 0;
};

}  // namespace hetsyn
