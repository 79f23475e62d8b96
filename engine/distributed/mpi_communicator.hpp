#pragma once
#include <mpi.h>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/communicator.hpp"

namespace hetsyn {

/// MPI from MPI_Init to MPI_Finalize; at most one in a process. Errors of MPI itself, such as a lost rank, end the job:
/// that is MPI's default.
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
  /// The small exchange that begins every operation: whether any rank says true. As a rank that failed takes part in it
  /// once and then in nothing else, the others hear of the failure wherever they are, and throw RankFailure.
  bool agree(bool mine);
  /// `mine` of the lowest rank that failed, at all ranks.
  Failure exchange_failure(int failed_rank, const Failure& mine);
  template <class T>
  void sum_in_rank_order(std::span<T> values);

  Share share_;
  Share on_machine_;
  int cores_ = 1;
  std::optional<Failure> failure_;  ///< set: the ranks have agreed on it
};

}  // namespace hetsyn
