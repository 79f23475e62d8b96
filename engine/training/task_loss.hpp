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

/// What a task is told about a batch and the forward pass of it; of a share of 0 samples there is none.
BatchAnswer answer_of(const std::optional<BackendPass>& pass, const Batch& batch, const TaskInfo& info, double dt_ms);

/// Mean firing rate of each hidden population over samples, neurons and steps of a forward pass, in Hz.
std::vector<double> firing_rates_hz(const BackendPass& pass);

/// The value of a batch's loss: the part that the backend computes, and the rest.
class BatchLoss {
 public:
  BatchLoss(double on_host, std::optional<PendingLoss> on_backend)
      : on_host_(on_host), on_backend_(std::move(on_backend)) {}
  /// Blocks until the backend has computed its part; to be called before the backend's next forward pass.
  [[nodiscard]] double value() const { return on_host_ + (on_backend_ ? on_backend_->value() : 0.0); }

 private:
  double on_host_;
  std::optional<PendingLoss> on_backend_;
};

/// The weighted sum of a task's loss terms. Each is computed by the backend, except for callbacks and for the rate
/// terms of several ranks, whose rates no backend knows.
class TaskLoss {
 public:
  /// Task, network and ranks outlive this. Throws ConfigError for a term that the network cannot have.
  TaskLoss(const Task& task, const NetworkLayout& network, Communicator& ranks = single_process());

  /// Loss times `fraction` of a forward pass of `batch`. `fraction` is the batch's part of an optimizer step's or an
  /// evaluation's samples: the fractions' values and gradients add up to those of the whole (except for the rate term,
  /// which is not linear in the batch and is taken per forward pass, of all ranks together). All ranks call it for each
  /// batch, also for a share of 0 samples, which has no pass.
  BatchLoss evaluate(const std::optional<BackendPass>& pass, const Batch& batch, double fraction);
  /// The same, and the backward pass. Where the backend computes the loss, nothing waits for it.
  BatchLoss train(const std::optional<TapedPass>& pass, const Batch& batch, double fraction);

  /// Memory that an object takes for batches of a shape.
  static std::size_t bytes(const TaskInfo& info, std::size_t samples, std::size_t steps);

 private:
  [[nodiscard]] BatchLosses losses_of(const Batch& batch, double fraction);
  /// All terms of a task with a callback; gradients to host_.
  double compute_on_host(const BackendPass& pass, const Batch& batch, double fraction, LossGradients wanted);
  double callback_value(const BackendPass& pass, const Batch& batch);
  /// Value, and gradients to d_spike_, of the rate terms of several ranks; 0 of one rank.
  double shared_rates(const std::optional<BackendPass>& pass, const Batch& batch, double fraction);
  double shared_rate(LossTerm term, const std::optional<BackendPass>& pass, const Batch& batch);

  const Task& task_;
  Communicator& ranks_;
  double dt_ms_;
  bool has_callback_, shares_rates_;
  std::vector<LossTerm> terms_;              ///< of the batch: those that the engine knows and a rank can compute alone
  HostLosses<float> host_;                   ///< of a task with a callback
  std::vector<float> d_callback_;            ///< [B][T][K]; scratch
  std::vector<std::vector<float>> d_spike_;  ///< of shared rates, [populations][N]; empty vectors elsewhere
};

}  // namespace hetsyn
