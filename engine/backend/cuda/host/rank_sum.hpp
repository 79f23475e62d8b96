#pragma once
#include <cstddef>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/device/nccl.hpp"
#include "core/communicator.hpp"

/// Sums over the ranks of a data-parallel run, from device to device.
namespace hetsyn::cuda {

/// The same for all ranks: whether each has NCCL and a device that no other has, which NCCL asks for.
bool can_sum_on_devices(Communicator& ranks);

class RankSum {
 public:
  /// All ranks make theirs together, each on its device. Throws RunError.
  RankSum(const Nccl& nccl, Communicator& ranks);
  ~RankSum();
  RankSum(const RankSum&) = delete;
  RankSum& operator=(const RankSum&) = delete;

  /// Makes `values` [count] of each rank their sum over the ranks, added in the order of ranks in double precision: the
  /// same bits on all ranks and each time, and those of MpiCommunicator. It is done when `stream` is. Throws RunError,
  /// and RankFailure like all that ranks do together.
  void add_ranks(float* values, std::size_t count, Stream& stream);

 private:
  void check(int result) const;
  template <class Exchange>
  void with_each_rank(const Exchange& exchange) const;

  const Nccl& nccl_;
  Communicator& ranks_;
  Nccl::Communicator communicator_ = nullptr;
  DeviceBuffer<float> received_;  ///< [ranks][piece]
};

}  // namespace hetsyn::cuda
