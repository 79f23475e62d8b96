#include "bench/epoch.hpp"

#include <fmt/format.h>

#include <atomic>

#include "bench/source_file.hpp"
#include "core/log.hpp"
#include "data/loader.hpp"
#include "host/plugin_host.hpp"
#include "run/recorder.hpp"
#include "run/run.hpp"
#include "support/random_recordings.hpp"
#include "support/temporary_directory.hpp"
#include "training/optimizer.hpp"
#include "training/prepare.hpp"
#include "training/trainer.hpp"

namespace hetsyn::bench {
namespace {

// SHD's numbers of recordings; 6200 spikes fill about 3.5 % of 700 channels × 250 bins.
constexpr std::size_t kTrain = 8156, kTest = 2264, kSpikes = 6200;

void write_recordings(const std::filesystem::path& directory, std::size_t train) {
  test::random_recordings(train, kSpikes, 1).write(directory / "shd_train.h5");
  test::random_recordings(std::max<std::size_t>(1, train * kTest / kTrain), kSpikes, 2)
      .write(directory / "shd_test.h5");
}

ConfigDocument make_document(const std::filesystem::path& directory, int epochs,
                             const std::vector<std::string>& changes, const StepOptions& options) {
  ConfigDocument document = read_toml_file(source_file("configs/shd.toml"));
  const auto set = [&](const std::string& assignment) { apply_override(document, "--set", assignment); };
  set(fmt::format("task.path=\"{}\"", directory.string()));
  set(fmt::format("train.epochs={}", epochs));
  set(fmt::format("run.threads={}", options.threads));
  set(fmt::format("run.device=\"{}\"", options.device));
  if (!options.isa.empty()) set(fmt::format("run.instruction_set=\"{}\"", options.isa));
  for (const std::string& change : changes) set(change);
  return document;
}

/// A duration, or a point in time.
struct Times {
  double wall = 0.0;       ///< s
  double processor = 0.0;  ///< s, of all threads

  static Times now() { return {now_s(), processor_s()}; }
  Times operator+(const Times& o) const { return {wall + o.wall, processor + o.processor}; }
  Times operator-(const Times& o) const { return {wall - o.wall, processor - o.processor}; }
  Times operator*(double factor) const { return {wall * factor, processor * factor}; }
  Times operator/(const Times& o) const { return {wall / o.wall, processor / o.processor}; }
};

void to_json(nlohmann::json& out, const Times& times) { out = {{"wall", times.wall}, {"processor", times.processor}}; }

/// The parts of an epoch.
struct EpochTimes {
  Times training, evaluation, checkpoint;
};

/// Writes what a run writes, and notes when the parts of an epoch end.
class EpochClock final : public RunRecorder {
 public:
  using RunRecorder::RunRecorder;
  std::vector<EpochTimes> epochs;

  void on_step(const StepRecord& record) override {
    RunRecorder::on_step(record);
    trained_ = Times::now();
  }
  void on_epoch(const EpochRecord& record) override {
    RunRecorder::on_epoch(record);
    evaluated_ = Times::now();
  }
  void on_checkpoint(CheckpointKind kind, Checkpoint& checkpoint) override {
    RunRecorder::on_checkpoint(kind, checkpoint);
    if (kind != CheckpointKind::last) return;
    const Times end = Times::now();
    epochs.push_back({trained_ - begin_, evaluated_ - trained_, end - evaluated_});
    begin_ = end;
  }

 private:
  Times begin_ = Times::now(), trained_, evaluated_;
};

/// Steps and forward passes on batches that were loaded before, as the trainer does them.
class Steps {
 public:
  Steps(const Task& task, const RunConfig& config)
      : config_(config), backend_(build_backend(config)), loss_(task, backend_->network()) {
    LoadRequest request;
    const std::size_t recordings = task.info().splits.front().samples;
    request.samples = SampleOrder::from(0, std::min(kBatches * config.train.batch, recordings));
    request.batch = config.train.batch;
    request.prepare = prepare_with(*backend_);
    BatchLoader loader(task, nullptr, request);
    while (auto batch = loader.next()) batches_.push_back(*std::move(batch));
  }

  Times mean_step() {
    return mean([&](const Batch& batch) {
      const TapedPass pass = backend_->forward_with_tape(batch.input, DropoutKey{config_.train.seed, ++step_, 0});
      static_cast<void>(loss_.train(pass, batch, 1.0).value());  // a device is waited for
      const OptimizerSettings& optimizer = config_.train.optimizer;
      backend_->update(optimizer_constants(optimizer, backend_->layout(), backend_->network().dt_ms,
                                           optimizer.learning_rate, step_, 1.0));
      backend_->zero_gradients();
    });
  }
  Times mean_forward() {
    return mean([&](const Batch& batch) {
      static_cast<void>(loss_.evaluate(backend_->forward(batch.input), batch, 1.0).value());  // a device is waited for
    });
  }

 private:
  static constexpr std::size_t kBatches = 60;

  template <class Work>
  Times mean(Work&& work) {
    work(batches_.front());
    const Times begin = Times::now();
    for (const Batch& batch : batches_) work(batch);
    return (Times::now() - begin) * (1.0 / static_cast<double>(batches_.size()));
  }

  const RunConfig& config_;
  std::unique_ptr<Backend> backend_;
  TaskLoss loss_;
  std::vector<Batch> batches_;
  std::uint64_t step_ = 0;
};

std::size_t evaluation_batches(const SampleSets& sets, std::size_t batch) {
  std::size_t count = 0;
  for (const auto* set : {&sets.validation, &sets.test}) {
    if (*set) count += ((*set)->indices.size() + batch - 1) / batch;
  }
  return count;
}

std::vector<EpochTimes> train(const Task& task, const RunConfig& config, const std::filesystem::path& directory,
                              nlohmann::json& result) {
  const std::unique_ptr<Backend> backend = build_backend(config);
  SampleCache cache(static_cast<std::size_t>(config.run.sample_cache_mb) << 20);
  Trainer trainer(task, *backend, config.train, cache);
  result["steps"] = trainer.length().steps_per_epoch;
  result["evaluations"] = evaluation_batches(trainer.sets(), config.train.batch);
  const RunDirectory run(directory, Existing::refuse);
  RunFacts facts;
  facts.selection = trainer.selection();
  EpochClock clock(run, backend->layout(), facts, write_config(config), 0, 0.0);
  trainer.run(clock, std::atomic<bool>{false});
  return clock.epochs;
}

}  // namespace

nlohmann::json measure_epochs(int epochs, std::size_t recordings, const std::vector<std::string>& changes,
                              const StepOptions& options) {
  const test::TemporaryDirectory directory;
  write_recordings(directory.path(), recordings > 0 ? recordings : kTrain);
  const PluginHost host(plugin_search_path({}));
  const TaskPlugin& plugin = host.find("shd");
  RunConfig config = read_config(make_document(directory.path(), epochs, changes, options), plugin.name, plugin.keys);
  const std::unique_ptr<Task> task = plugin.open(config.task_values, {});
  resolve(config, task->info());

  nlohmann::json result;
  Steps steps(*task, config);
  const Times step_before = steps.mean_step(), forward_before = steps.mean_forward();
  const std::vector<EpochTimes> measured = train(*task, config, directory / "run", result);
  const Times step = (step_before + steps.mean_step()) * 0.5;
  const Times forward = (forward_before + steps.mean_forward()) * 0.5;
  const Times all_steps = step * result["steps"].get<double>();
  const Times all_passes = forward * result["evaluations"].get<double>();
  for (const EpochTimes& epoch : measured) {
    const Times own = epoch.training + epoch.checkpoint;
    result["epochs"].push_back({{"training", epoch.training},
                                {"evaluation", epoch.evaluation},
                                {"checkpoint", epoch.checkpoint},
                                {"training_ratio", own / all_steps},
                                {"ratio", (own + epoch.evaluation) / (all_steps + all_passes)}});
  }
  result["step"] = step;
  result["forward"] = forward;
  return result;
}

}  // namespace hetsyn::bench
