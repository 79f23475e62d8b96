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

/// The training loop: batches → forward → loss → backward → update, and an evaluation after epochs.
namespace hetsyn {

enum class CheckpointKind : std::uint8_t { last, best };

/// Receives the events of a run, for terminal, metrics file and checkpoints. The functions are called from the training
/// thread; an exception ends the run and reaches the caller of run(). With several ranks, each rank calls its own
/// observer with the same events.
class TrainingObserver {
 public:
  virtual ~TrainingObserver() = default;
  virtual void on_step(const StepRecord& /*record*/) {}
  /// Called after each batch of an evaluation.
  virtual void on_evaluation(const std::string& /*split*/, std::size_t /*samples_done*/, std::size_t /*samples*/) {}
  /// Called at the end of an epoch, and when max_steps ends the run and an additional evaluation was made.
  virtual void on_epoch(const EpochRecord& /*record*/) {}
  /// Called with `best` if an epoch is the best so far, and with `last` after each epoch, every checkpoint_every_steps,
  /// and when the run is stopped. An observer that keeps files sets checkpoint.config and calls write_checkpoint().
  virtual void on_checkpoint(CheckpointKind /*kind*/, Checkpoint& /*checkpoint*/) {}
};

class Trainer {
 public:
  /// Task, backend, cache and ranks must outlive the trainer. With several ranks, each has a trainer of the same run,
  /// computes its share of every batch, and ends each step with the same parameters as the others. Throws ConfigError
  /// for settings that do not fit the task.
  Trainer(const Task& task, Backend& backend, const TrainSettings& settings, SampleCache& cache,
          Communicator& ranks = single_process());

  [[nodiscard]] const SampleSets& sets() const { return sets_; }
  [[nodiscard]] const Selection& selection() const { return selection_; }
  [[nodiscard]] const TrainingProgress& progress() const { return progress_; }
  [[nodiscard]] const TrainingLength& length() const { return length_; }

  /// Returns ‖g − g'‖ / ‖g'‖ for the gradients of the next batch (of this rank's share): g computed by the trainer's
  /// backend, g' by `exact` with the same parameters. Zeroes the gradients of both. All ranks call it.
  double gradient_error(Backend& exact);

  /// Continues from a checkpoint of the same run, with the same bits as without an interruption. If steps remain, a
  /// provisional record is dropped. Throws RunError for the progress of another run; see check_progress().
  void restore(const Checkpoint& checkpoint);
  [[nodiscard]] Checkpoint snapshot() const;

  /// Trains until the end or until `stop` of any rank is set, and then ends after the current optimizer step or
  /// evaluation batch. Throws RunError if loss, gradients, parameters or moments are not finite, before they are
  /// evaluated, reported or saved; and the exceptions of task and observer.
  RunEnd run(TrainingObserver& observer, const std::atomic<bool>& stop);

 private:
  /// Whether all steps are done and evaluated, or patience has run out.
  [[nodiscard]] bool finished() const;
  [[nodiscard]] bool stopped_early() const;
  /// Trains the remaining steps of the current epoch; false if stopped before.
  bool train_epoch(TrainingObserver& observer, const std::atomic<bool>& stop);
  /// Evaluates if the epoch needs it, and records the epoch; false if stopped before.
  bool end_epoch(TrainingObserver& observer, const std::atomic<bool>& stop);
  /// Evaluates where max_steps ends the run; a longer run does not depend on it. False if stopped before.
  bool evaluate_provisionally(TrainingObserver& observer, const std::atomic<bool>& stop);
  /// The training metrics since the end of the last epoch.
  [[nodiscard]] EpochRecord training_record() const;
  [[nodiscard]] bool epoch_is_whole() const;
  [[nodiscard]] LoadRequest epoch_request() const;
  [[nodiscard]] std::size_t samples_of_step() const;
  StepRecord train_step(BatchLoader& loader);
  /// Runs forward and backward pass for this rank's share of a batch; `first` samples of the step came before it.
  void accumulate(const Batch& batch, std::size_t first, std::size_t step_samples, EpochSums& step_sums);
  struct Passes {
    std::optional<TapedPass> pass;  ///< empty for a share of 0 samples
    BatchLoss loss;
  };
  /// Forward pass, loss and backward pass of a share on a backend; only the loss for a share of 0 samples. `metrics`
  /// (or null) are started between forward and backward pass.
  Passes run_passes(Backend& backend, const Batch& batch, std::size_t first, std::size_t step_samples,
                    TaskMetrics* metrics);
  /// The gradients of this rank's share of a batch that is a whole step.
  std::vector<float> gradients_of(Backend& backend, const Batch& batch);
  /// Returns the norm of the gradients if clipping needs it, otherwise 0.
  double update_parameters(double learning_rate);
  [[nodiscard]] bool evaluate_sets(EpochRecord& record, TrainingObserver& observer, const std::atomic<bool>& stop);
  void save(CheckpointKind kind, TrainingObserver& observer) const;
  /// Throws RunError if the parameters of the ranks differ.
  void check_parameters(const Checkpoint& checkpoint) const;

  const Task& task_;
  Backend& backend_;
  TrainSettings settings_;
  SampleCache& cache_;
  Communicator& ranks_;
  SampleSets sets_;
  std::shared_ptr<const BlendPartners> partners_;  ///< null if blending is off
  Selection selection_;
  TaskLoss loss_;
  TrainingLength length_;
  TrainingProgress progress_;
};

}  // namespace hetsyn
