#pragma once
#include <chrono>
#include <string>

#include "base/files.hpp"
#include "run/run_directory.hpp"
#include "run/summary.hpp"
#include "training/trainer.hpp"

namespace hetsyn {

/// Writes metrics.jsonl, summary.json and checkpoints to the run directory. Throws RunError if a file cannot be
/// written, which ends the run; the last checkpoint stays intact.
class RunRecorder : public TrainingObserver {
 public:
  /// `snapshot_every_epochs`: epochs between checkpoints that are never replaced; 0: none. `earlier_seconds`: duration
  /// of the run before it was resumed.
  RunRecorder(const RunDirectory& directory, const ParameterLayout& layout, RunFacts facts, std::string config,
              std::uint64_t snapshot_every_epochs, double earlier_seconds);

  void on_epoch(const EpochRecord& record) override;
  void on_checkpoint(CheckpointKind kind, Checkpoint& checkpoint) override;

  /// Writes the final summary; `status` is that of summary_json().
  void finish(const TrainingProgress& progress, const std::string& status);

 private:
  [[nodiscard]] bool is_snapshot(const TrainingProgress& progress) const;
  [[nodiscard]] RunCost cost() const;

  const RunDirectory& directory_;
  const ParameterLayout& layout_;
  RunFacts facts_;
  std::string config_;
  GrowingFile metrics_;
  std::uint64_t snapshot_every_epochs_;
  double earlier_seconds_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// "finished", "max_steps", "early_stop" or "interrupted".
std::string run_end_name(RunEnd end);

}  // namespace hetsyn
