#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "core/communicator.hpp"
#include "data/task_port.hpp"

namespace hetsyn {

/// A task's metrics over the batches of an evaluation that several ranks share. The task's sums are its own and cannot
/// be joined, so rank 0 is sent the answers of all and takes them in the order of the samples: the metrics are those of
/// one process.
class GatheredMetrics {
 public:
  /// Task and ranks outlive this.
  GatheredMetrics(const Task& task, Communicator& ranks);

  /// Takes in a batch of which this rank ran `share`. Returns the whole batch at rank 0, valid until the next call, and
  /// an empty one elsewhere.
  BatchAnswer add(const BatchAnswer& share);
  /// One value per TaskInfo::metrics, the same on all ranks; call once.
  std::vector<double> finish();

 private:
  Communicator& ranks_;
  std::unique_ptr<MetricAccumulator> metrics_;  ///< null but at rank 0
  std::vector<float> readout_, target_;         ///< of the whole batch
  std::vector<std::int32_t> labels_;
};

}  // namespace hetsyn
