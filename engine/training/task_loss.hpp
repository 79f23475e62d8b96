#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "backend/backend.hpp"
#include "core/communicator.hpp"
#include "data/loader.hpp"
#include "data/task_port.hpp"

namespace hetsyn {

/// What a task is told about a batch that the backend has just run forward; a share of 0 samples was not.
BatchAnswer answer_of(const Backend& backend, const Batch& batch, const TaskInfo& info, double dt_ms);

/// Mean firing rate of each hidden population over samples, neurons and steps of the last forward pass, in Hz.
std::vector<double> firing_rates_hz(const Backend& backend, std::size_t samples, std::size_t steps, double dt_ms);

/// The weighted sum of a task's loss terms, with the gradients that the backward pass starts from.
class TaskLoss {
 public:
  /// Task, network and ranks outlive this. Throws ConfigError for a term that the network cannot have.
  TaskLoss(const Task& task, const NetworkLayout& network, double dt_ms, Communicator& ranks = single_process());

  /// Loss times `fraction` of the last forward pass, whose batch is given; value and gradients are replaced. `fraction`
  /// is the batch's part of an optimizer step's samples: the fractions' values and gradients add up to those of the
  /// whole step (except for the rate term, which is not linear in the batch and is taken per forward pass, of all ranks
  /// together). What the backend can do itself it is left, and goes on while the host does something else. All ranks
  /// call it for each batch, also for a share of 0 samples.
  void evaluate(Backend& backend, const Batch& batch, double fraction);
  /// Of the last evaluate(), which had this backend; waits for it.
  [[nodiscard]] double value(const Backend& backend) const { return value_ + (on_backend_ ? backend.loss() : 0.0); }

  /// Memory that an object takes for batches of a shape.
  static std::size_t bytes(const TaskInfo& info, std::size_t samples, std::size_t steps);

  // What Backend::backward() is to be given: without elements where the backend keeps it.
  [[nodiscard]] std::span<const float> d_readout() const { return d_readout_; }  ///< [B][T][K]
  [[nodiscard]] std::span<const std::vector<float>> d_spike() const {            ///< [populations][N]
    return rates_on_backend() ? std::span<const std::vector<float>>() : d_spike_;
  }

 private:
  /// The rates are those of all ranks, which no backend knows.
  [[nodiscard]] bool rates_on_backend() const { return on_backend_ && ranks_.size() == 1; }
  bool evaluate_on_backend(Backend& backend, const Batch& batch, double fraction);
  void add_readout_terms(const Backend& backend, const Batch& batch, double fraction);
  double callback_term(const LossTerm& term, const BatchAnswer& answer);
  double rate_term(LossTerm term, const Backend& backend, const Batch& batch);

  const Task& task_;
  Communicator& ranks_;
  double dt_ms_;
  bool on_backend_ = false;  ///< it keeps value and gradients of what it could do
  double value_ = 0.0;       ///< of the rest
  std::vector<float> d_readout_;
  std::vector<float> d_callback_;            ///< [B][T][K]; scratch
  std::vector<std::vector<float>> d_spike_;  ///< empty vectors where nothing acts on a population's rate
};

}  // namespace hetsyn
