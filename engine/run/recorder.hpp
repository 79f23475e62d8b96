#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "base/files.hpp"
#include "run/run_directory.hpp"
#include "run/summary.hpp"
#include "training/trainer.hpp"

namespace hetsyn {

/// Writes metrics.jsonl, summary.json and checkpoints to the run directory. Throws RunError if a file cannot be
/// written, which ends the run; the last checkpoint stays intact.
class RunRecorder : public TrainingObserver {
 public:
  /// `snapshot_every_epochs`: epochs between checkpoints that are never replaced, beginning with the initial
  /// parameters; 0: none, but initial parameters that were given are kept. `earlier_seconds`: duration of the run
  /// before it was resumed.
  RunRecorder(const RunDirectory& directory, const ParameterLayout& layout, RunFacts facts, std::string config,
              std::uint64_t snapshot_every_epochs, double earlier_seconds);

  /// Keeps the parameters of a run that begins, if they are to be kept.
  void on_beginning(Checkpoint& checkpoint) const;
  void on_epoch(const EpochRecord& record) override;
  void on_checkpoint(CheckpointKind kind, Checkpoint& checkpoint) override;

  /// Writes the final summary; `status` and `error` are those of summary_json().
  void finish(const TrainingProgress& progress, std::string_view status, std::string_view error = {});

 private:
  [[nodiscard]] bool is_snapshot(const TrainingProgress& progress) const;
  [[nodiscard]] RunCost cost() const;
  /// Sets the texts of a checkpoint.
  void describe(Checkpoint& checkpoint) const;

  const RunDirectory& directory_;
  const ParameterLayout& layout_;
  RunFacts facts_;
  std::string config_;
  GrowingFile metrics_;
  std::uint64_t snapshot_every_epochs_;
  double earlier_seconds_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace hetsyn
