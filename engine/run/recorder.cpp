#include "run/recorder.hpp"

#include <utility>

#include "base/files.hpp"
#include "core/json_text.hpp"
#include "core/process_memory.hpp"
#include "run/data_json.hpp"

namespace hetsyn {

RunRecorder::RunRecorder(const RunDirectory& directory, const ParameterLayout& layout, RunFacts facts,
                         std::string config, std::uint64_t snapshot_every_epochs, double earlier_seconds)
    : directory_(directory),
      layout_(layout),
      facts_(std::move(facts)),
      config_(std::move(config)),
      metrics_(directory.metrics()),
      snapshot_every_epochs_(snapshot_every_epochs),
      earlier_seconds_(earlier_seconds) {}

bool RunRecorder::is_snapshot(const TrainingProgress& progress) const {
  const bool epoch_ends = progress.epoch > 0 && progress.step_in_epoch == 0 && !progress.records.provisional;
  return snapshot_every_epochs_ > 0 && epoch_ends && progress.epoch % snapshot_every_epochs_ == 0;
}

RunCost RunRecorder::cost() const {
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start_;
  return {earlier_seconds_ + seconds.count(), process_memory().peak};
}

void RunRecorder::on_epoch(const EpochRecord& record) {
  metrics_.append(epoch_json(record) + '\n');
  metrics_.sync();
}

void RunRecorder::describe(Checkpoint& checkpoint) const {
  checkpoint.config = config_;
  checkpoint.data = json_text(to_json(facts_.data));
  if (facts_.initial) checkpoint.initial = json_text(to_json(*facts_.initial));
}

void RunRecorder::on_beginning(Checkpoint& checkpoint) const {
  if (snapshot_every_epochs_ == 0 && !facts_.initial) return;
  describe(checkpoint);
  write_checkpoint(directory_.snapshot(0).string(), layout_, checkpoint);
}

void RunRecorder::on_checkpoint(CheckpointKind kind, Checkpoint& checkpoint) {
  describe(checkpoint);
  if (kind == CheckpointKind::best) {
    write_checkpoint(directory_.best_checkpoint().string(), layout_, checkpoint);
    return;
  }
  // The last checkpoint is written last: if the run is killed before, everything else is written again.
  const TrainingProgress& progress = checkpoint.progress;
  if (is_snapshot(progress)) write_checkpoint(directory_.snapshot(progress.step).string(), layout_, checkpoint);
  write_checkpoint(directory_.last_checkpoint().string(), layout_, checkpoint);
  write_file_atomically(directory_.summary(), summary_json(facts_, progress, "running", cost()));
}

void RunRecorder::finish(const TrainingProgress& progress, std::string_view status, std::string_view error) {
  write_file_atomically(directory_.summary(), summary_json(facts_, progress, status, cost(), error));
}

}  // namespace hetsyn
