#pragma once
#include <cstddef>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/device/nccl.hpp"
#include "core/communicator.hpp"

/// Sums over the ranks of a data-parallel run, sent between devices.
namespace hetsyn::cuda {

/// Returns the same on all ranks: whether each has NCCL and a different device, which NCCL requires.
bool can_sum_on_devices(Communicator& ranks);

class RankSum {
 public:
  /// All ranks construct it together, each on its device. Throws RunError.
  RankSum(const Nccl& nccl, Communicator& ranks);
  ~RankSum();
  RankSum(const RankSum&) = delete;
  RankSum& operator=(const RankSum&) = delete;

  /// Replaces `values` [count] of each rank by the sum over the ranks, added in rank order in double precision: the
  /// same bits on all ranks and each time, and the same as with MpiCommunicator. It is work of `stream` and does not
  /// block. Throws RunError, and RankFailure like all functions of Communicator.
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
