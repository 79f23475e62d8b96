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

/// A task's metrics over the batches of an evaluation that several ranks may share. Those that the engine knows are
/// summed where each rank has its samples. The sums of a task's own are unknown and cannot be joined, so rank 0 is sent
/// the answers of all and takes them in the order of the samples: these metrics are those of one process.
class TaskMetrics {
 public:
  /// Task, network and ranks outlive this.
  TaskMetrics(const Task& task, const NetworkLayout& network, Communicator& ranks = single_process());

  /// Begins with the forward pass of this rank's share of a batch, absent where that has no samples. It waits for no
  /// device, and comes before the backward pass, which a device would else do first.
  void start(const std::optional<BackendPass>& pass, const Batch& batch);
  /// Takes in what start() began; `pass` and `batch` are the same. Blocks. All ranks call both for each batch.
  void add(const std::optional<BackendPass>& pass, const Batch& batch);
  /// One value per TaskInfo::metrics, the same on all ranks; call once.
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
  std::vector<LossTerm> decisions_;    ///< of the accuracies, in their order
  bool has_own_, has_squared_errors_;  ///< the task's own; trace_mse
  std::optional<PendingMetrics> pending_;
  std::vector<Mean> known_;                 ///< [metrics]; of those that the engine knows
  std::unique_ptr<MetricAccumulator> own_;  ///< null without such metrics, and but at rank 0
};

}  // namespace hetsyn
