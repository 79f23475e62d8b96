#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "backend/backend.hpp"
#include "network/spec.hpp"
#include "training/trainer.hpp"
#include "unit/fake_task.hpp"

/// A small training run of the fake task, for the tests of trainer and evaluation.
namespace hetsyn::testing {

inline NetworkSpec small_network(const TaskInfo& info) {
  NetworkSpec spec;
  spec.inputs = info.inputs;
  spec.hidden = {8, 5};
  spec.outputs = info.outputs;
  spec.recurrent = true;
  spec.tau_synapse_ms = {InitialDistribution::Kind::uniform, 5.0, 20.0};
  spec.dropout = 0.25;
  spec.weight_gain = 2.0;
  return spec;
}

/// Three epochs of five steps, the last of them smaller, with everything switched on that has state.
inline TrainSettings small_settings() {
  TrainSettings settings;
  settings.seed = 5;
  settings.batch = 4;
  settings.epochs = 3;
  settings.validation_fraction = 0.2;
  settings.hold_out = HoldOut::samples;
  settings.augmentation = {.blend_probability = 0.5, .drop_probability = 0.5, .shift_channels = 1, .shift_ms = 1.0};
  settings.optimizer.learning_rate = 0.02;
  settings.optimizer.weight_decay = 0.01;
  settings.optimizer.gradient_clip = 1.0;
  settings.schedule = {.kind = ScheduleKind::cosine, .warmup = 0.2};
  return settings;
}

/// Keeps what a run says; `at_step` and `at_evaluation` are called along.
class RecordingObserver : public TrainingObserver {
 public:
  std::vector<StepRecord> steps;
  std::vector<EpochRecord> epochs;
  std::vector<Checkpoint> last, best;
  std::function<void()> at_step = [] {};
  std::function<void()> at_evaluation = [] {};

  void on_step(const StepRecord& record) override {
    steps.push_back(record);
    at_step();
  }
  void on_evaluation(const std::string& /*split*/, std::size_t /*done*/, std::size_t /*samples*/) override {
    at_evaluation();
  }
  void on_epoch(const EpochRecord& record) override { epochs.push_back(record); }
  void on_checkpoint(CheckpointKind kind, Checkpoint& checkpoint) override {
    (kind == CheckpointKind::last ? last : best).push_back(checkpoint);
  }
};

/// A run with its own backend and cache; the task is shared, as it has no state.
class TrainingRun {
 public:
  TrainingRun(const Task& task, const TrainSettings& settings, const NetworkSpec& spec, std::string_view device = "cpu",
              int threads = 1, Communicator& ranks = single_process())
      : TrainingRun(task, settings, make_backend(device, build_network(spec, settings.seed), {.threads = threads}),
                    ranks) {}
  TrainingRun(const Task& task, const TrainSettings& settings, std::unique_ptr<Backend> device,
              Communicator& ranks = single_process())
      : backend(std::move(device)), cache(1 << 20), trainer(task, *backend, settings, cache, ranks) {}
  TrainingRun(const FakeTask& task, const TrainSettings& settings)
      : TrainingRun(task, settings, small_network(task.info())) {}

  RunEnd run() { return trainer.run(observer, stop); }
  /// Stops after `count` optimizer steps of this run.
  RunEnd run_steps(std::size_t count) {
    observer.at_step = [this, count] { stop = observer.steps.size() >= count; };
    return run();
  }

  std::unique_ptr<Backend> backend;
  SampleCache cache;
  Trainer trainer;
  RecordingObserver observer;
  std::atomic<bool> stop{false};
};

}  // namespace hetsyn::testing
