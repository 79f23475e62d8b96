#pragma once
#include <mpi.h>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/communicator.hpp"

namespace hetsyn {

/// MPI from MPI_Init to MPI_Finalize; at most one object per process. Errors of MPI itself, such as a lost rank, end
/// the job, which is MPI's default.
class MpiCommunicator : public Communicator {
 public:
  MpiCommunicator();
  ~MpiCommunicator() override;
  MpiCommunicator(const MpiCommunicator&) = delete;
  MpiCommunicator& operator=(const MpiCommunicator&) = delete;

  [[nodiscard]] Share share() const override { return share_; }
  [[nodiscard]] Share on_machine() const override { return on_machine_; }
  [[nodiscard]] int cores() const override { return cores_; }

  bool any(bool mine) override { return agree(mine); }
  void sum(std::span<float> values) override { sum_in_rank_order(values); }
  void sum(std::span<double> values) override { sum_in_rank_order(values); }
  std::vector<std::byte> gather(std::span<const std::byte> mine) override;
  void broadcast(std::vector<std::byte>& bytes) override;
  Failure fail(const Failure& mine) override;

 private:
  /// The small exchange at the beginning of every operation: whether any rank passes true. A failed rank takes part in
  /// it once and in nothing else; the other ranks thereby learn of the failure in whatever operation they are, and
  /// throw RankFailure.
  bool agree(bool mine);
  /// Sends `mine` of the lowest failed rank to all ranks.
  Failure exchange_failure(int failed_rank, const Failure& mine);
  template <class T>
  void sum_in_rank_order(std::span<T> values);

  Share share_;
  Share on_machine_;
  int cores_ = 1;
  std::optional<Failure> failure_;  ///< set after the ranks have agreed on it
};

}  // namespace hetsyn
