#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "backend/backend.hpp"
#include "core/communicator.hpp"
#include "data/loader.hpp"
#include "data/task_port.hpp"

namespace hetsyn {

/// A batch and its readout, as tasks receive them. Without a pass (a share of 0 samples) the readout is empty.
BatchAnswer answer_of(const std::optional<BackendPass>& pass, const Batch& batch, const TaskInfo& info, double dt_ms);

/// The mean firing rate of each hidden population over samples, neurons and steps of a forward pass, in Hz.
std::vector<double> firing_rates_hz(const BackendPass& pass);

/// The value of a batch's loss, which the backend may still be computing.
class BatchLoss {
 public:
  BatchLoss(double on_host, std::optional<PendingLoss> on_backend) : on_host_(on_host), on_backend_(on_backend) {}
  /// Blocks until the backend has computed its part. Call it before the next forward pass of the backend.
  [[nodiscard]] double value() const { return on_host_ + (on_backend_ ? on_backend_->value() : 0.0); }

 private:
  double on_host_;
  std::optional<PendingLoss> on_backend_;
};

/// The weighted sum of a task's loss terms. The backend computes them, except for callbacks and for the rate terms of
/// several ranks, which depend on the rates of all ranks.
class TaskLoss {
 public:
  /// Task, network and ranks must outlive this object. Throws ConfigError for a term that does not fit the network.
  TaskLoss(const Task& task, const NetworkLayout& network, Communicator& ranks = single_process());

  /// Computes the loss of a forward pass of `batch`, times `fraction`, the batch's share of the samples of an optimizer
  /// step or of an evaluation. The values and gradients of all batches then add up to those of the whole (except for
  /// the rate term, which is not linear in the batch and is computed for each forward pass, of all ranks together). All
  /// ranks call it for each batch, also for a share of 0 samples, which has no pass.
  BatchLoss evaluate(const std::optional<BackendPass>& pass, const Batch& batch, double fraction);
  /// The same, followed by the backward pass. Does not block if the backend computes the loss.
  BatchLoss train(const std::optional<TapedPass>& pass, const Batch& batch, double fraction);

  /// The memory that an object needs for batches of this shape.
  static std::size_t bytes(const TaskInfo& info, std::size_t samples, std::size_t steps);

 private:
  [[nodiscard]] BatchLosses losses_of(const Batch& batch, double fraction);
  /// Computes all terms of a task with a callback; writes gradients to host_.
  double compute_on_host(const BackendPass& pass, const Batch& batch, double fraction, LossGradients wanted);
  double callback_value(const BackendPass& pass, const Batch& batch);
  /// Computes the rate terms of several ranks, and their gradients to d_spike_; 0 with one rank.
  double shared_rates(const std::optional<BackendPass>& pass, const Batch& batch, double fraction);
  double shared_rate(LossTerm term, const std::optional<BackendPass>& pass, const Batch& batch);

  const Task& task_;
  Communicator& ranks_;
  double dt_ms_;
  bool has_callback_, shares_rates_;
  std::vector<LossTerm> terms_;    ///< the terms for a batch that the engine knows and that this rank can compute alone
  HostLosses<float> host_;         ///< for a task with a callback
  std::vector<float> d_callback_;  ///< [B][T][K]; scratch
  std::vector<std::vector<float>>
      d_spike_;  ///< gradients of shared_rates(), [populations][N]; empty vectors for other populations
};

}  // namespace hetsyn
