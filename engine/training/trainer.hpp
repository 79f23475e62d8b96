#pragma once
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "backend/backend.hpp"
#include "core/communicator.hpp"
#include "data/loader.hpp"
#include "data/sample_cache.hpp"
#include "data/task_port.hpp"
#include "training/checkpoint.hpp"
#include "training/length.hpp"
#include "training/protocol.hpp"
#include "training/records.hpp"
#include "training/settings.hpp"
#include "training/task_loss.hpp"
#include "training/task_metrics.hpp"

/// The training loop: batches → forward → loss → backward → update, with evaluation at the ends of epochs.
namespace hetsyn {

enum class CheckpointKind : std::uint8_t { last, best };

/// What a run tells the outside: terminal, metrics file, checkpoints. Called from the training thread; exceptions end
/// the run and reach the caller of run(). Of several ranks, each has its own and is told the same.
class TrainingObserver {
 public:
  virtual ~TrainingObserver() = default;
  virtual void on_step(const StepRecord& /*record*/) {}
  /// After each batch of an evaluation.
  virtual void on_evaluation(const std::string& /*split*/, std::size_t /*samples_done*/, std::size_t /*samples*/) {}
  /// At the end of an epoch, or where max_steps ends the run and calls for an evaluation of its own.
  virtual void on_epoch(const EpochRecord& /*record*/) {}
  /// `best` when an epoch is the best so far; `last` after each epoch, every checkpoint_every_steps, and when
  /// stopped. An observer that keeps files fills in checkpoint.config and calls write_checkpoint().
  virtual void on_checkpoint(CheckpointKind /*kind*/, Checkpoint& /*checkpoint*/) {}
};

class Trainer {
 public:
  /// Task, backend, cache and ranks outlive the trainer. With several ranks, each has a trainer of the same run, takes
  /// its share of every batch, and ends each step with the parameters of all others. Throws ConfigError for settings
  /// that do not fit the task.
  Trainer(const Task& task, Backend& backend, const TrainSettings& settings, SampleCache& cache,
          Communicator& ranks = single_process());

  [[nodiscard]] const SampleSets& sets() const { return sets_; }
  [[nodiscard]] const Selection& selection() const { return selection_; }
  [[nodiscard]] const TrainingProgress& progress() const { return progress_; }
  [[nodiscard]] const TrainingLength& length() const { return length_; }

  /// ‖g − g'‖ / ‖g'‖ of the gradients of the next batch: g of the trainer's backend, g' of another with the same
  /// parameters; of several ranks, of this one's share. Both end without gradients. All ranks call it.
  double gradient_error(Backend& exact);

  /// Continues from a checkpoint of the same run: the rest is bit for bit what it would have been. Where there are
  /// steps left, a provisional record is forgotten. Throws RunError for the progress of another run, see
  /// check_progress().
  void restore(const Checkpoint& checkpoint);
  [[nodiscard]] Checkpoint snapshot() const;

  /// Trains until the end or until `stop` of any rank is set, which is honoured after the current optimizer step or
  /// evaluation batch. Throws RunError where loss, gradients, parameters or moments are no longer finite, before
  /// anything of it is evaluated, told or saved; and whatever task and observer throw.
  RunEnd run(TrainingObserver& observer, const std::atomic<bool>& stop);

 private:
  /// All steps are done and evaluated, or patience is at its end.
  [[nodiscard]] bool finished() const;
  [[nodiscard]] bool stopped_early() const;
  /// Steps left in the current epoch; false if stopped before they were done.
  bool train_epoch(TrainingObserver& observer, const std::atomic<bool>& stop);
  /// Evaluates where it is due, and records; false if stopped before it was done.
  bool end_epoch(TrainingObserver& observer, const std::atomic<bool>& stop);
  /// Evaluates where max_steps ends the run, without a trace in what a longer run goes on from; false if stopped.
  bool evaluate_provisionally(TrainingObserver& observer, const std::atomic<bool>& stop);
  /// Of the steps since the last epoch ended.
  [[nodiscard]] EpochRecord training_record() const;
  [[nodiscard]] bool epoch_is_whole() const;
  [[nodiscard]] LoadRequest epoch_request() const;
  [[nodiscard]] std::size_t samples_of_step() const;
  StepRecord train_step(BatchLoader& loader);
  /// Forward and backward pass of this rank's share of a batch of a step of `step_samples`; `first` came before it.
  void accumulate(const Batch& batch, std::size_t first, std::size_t step_samples, EpochSums& step_sums);
  struct Passes {
    std::optional<TapedPass> pass;  ///< absent where there are no samples
    BatchLoss loss;
  };
  /// Forward pass, loss and backward pass of such a share on a backend; only the loss where there are no samples.
  /// `metrics` (or null) begin between the two.
  Passes run_passes(Backend& backend, const Batch& batch, std::size_t first, std::size_t step_samples,
                    TaskMetrics* metrics);
  /// Of this rank's share of a batch that is a whole step.
  std::vector<float> gradients_of(Backend& backend, const Batch& batch);
  /// Returns the gradient's norm where it is needed for clipping, else 0.
  double update_parameters(double learning_rate);
  [[nodiscard]] bool evaluate_sets(EpochRecord& record, TrainingObserver& observer, const std::atomic<bool>& stop);
  void save(CheckpointKind kind, TrainingObserver& observer) const;
  /// Throws RunError where the ranks have drifted apart.
  void check_parameters(const Checkpoint& checkpoint) const;

  const Task& task_;
  Backend& backend_;
  TrainSettings settings_;
  SampleCache& cache_;
  Communicator& ranks_;
  SampleSets sets_;
  std::shared_ptr<const BlendPartners> partners_;  ///< null without blending
  Selection selection_;
  TaskLoss loss_;
  TrainingLength length_;
  TrainingProgress progress_;
};

}  // namespace hetsyn
