#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "backend/forward_pass.hpp"
#include "core/communicator.hpp"
#include "data/loader.hpp"
#include "data/task_port.hpp"

namespace hetsyn {

/// A task's metrics over the batches of an evaluation, which several ranks may share. Each rank sums the metrics that
/// the engine knows over its samples, and the sums are added. The task's own accumulators cannot be added; therefore
/// rank 0 gathers the readouts of all ranks and passes them on in the order of the samples, so that these metrics equal
/// those of one process.
class TaskMetrics {
 public:
  /// Task, network and ranks must outlive this object.
  TaskMetrics(const Task& task, const NetworkLayout& network, Communicator& ranks = single_process());

  /// Starts with the forward pass of this rank's share of a batch, which is empty for a share of 0 samples. Does not
  /// block. Call it before the backward pass, or a device would compute that first.
  void start(const std::optional<BackendPass>& pass, const Batch& batch);
  /// Adds the results that start() requested for the same `pass` and `batch`. Blocks. All ranks call both functions for
  /// each batch.
  void add(const std::optional<BackendPass>& pass, const Batch& batch);
  /// Returns one value per TaskInfo::metrics, the same on all ranks. Call once.
  std::vector<double> finish();

 private:
  struct Mean {
    double sum = 0.0, count = 0.0;
  };

  void add_known(const MetricValues& values, const Batch& batch);
  void add_own(const BatchAnswer& share);

  const TaskInfo& info_;
  const NetworkLayout& network_;
  Communicator& ranks_;
  std::vector<LossTerm> decisions_;    ///< those of the accuracy metrics, in their order
  bool has_own_, has_squared_errors_;  ///< whether there are metrics of the task's own, and of kind trace_mse
  std::optional<PendingMetrics> pending_;
  std::vector<Mean> known_;                 ///< [metrics]; for the metrics that the engine knows
  std::unique_ptr<MetricAccumulator> own_;  ///< null if the task has no such metrics, and on all ranks except 0
};

}  // namespace hetsyn
