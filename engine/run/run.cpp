#include "run/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <hetsyn/exceptions.hpp>
#include <set>
#include <span>
#include <utility>

#include "base/files.hpp"
#include "base/threads.hpp"
#include "config/identity.hpp"
#include "core/json_file.hpp"
#include "core/json_text.hpp"
#include "core/process_memory.hpp"
#include "run/data_json.hpp"
#include "run/epoch_log.hpp"
#include "run/initial_scaling.hpp"
#include "run/parameter_arrays.hpp"
#include "run/recorder.hpp"
#include "run/typical_samples.hpp"
#include "training/checkpoint.hpp"

namespace hetsyn {
namespace {

/// The keys of the task that only say where the data are or how they are called.
std::vector<std::string> placement_keys(const RunConfig& config) {
  std::vector<std::string> keys;
  for (const NamedValue& value : config.task_values) {
    const bool tells_apart = kSameRun.has(value.role);
    if (!tells_apart) keys.push_back("task." + value.name);
  }
  return keys;
}

/// Empty if the backend does not have several instruction sets.
std::string_view used_instruction_set(const BackendInfo& backend, const RunConfig& config) {
  const std::vector<std::string_view> known = backend.instruction_sets();
  if (known.empty()) return {};
  const std::string_view wanted = backend_options(config, single_process()).isa;
  return wanted.empty() ? known.front() : wanted;
}

RunFacts facts_of(const RunConfig& config, const Task& opened, const NetworkLayout& network, const Trainer& trainer,
                  const Communicator& ranks) {
  const BackendInfo& info = find_backend(config.run.device);
  const TaskInfo& task = opened.info();
  RunFacts facts;
  facts.ranks = ranks.size();
  facts.task = config.task;
  facts.model = neuron_model_name(config.model.model);
  facts.device = info.name;
  facts.instruction_set = used_instruction_set(info, config);
  facts.plugin_version = task.plugin_version;
  facts.plugin_file = task.plugin_file;
  facts.data = identify_data(opened);
  facts.data.held_out = held_out_digest(opened, trainer.sets());
  facts.placement = placement_keys(config);
  facts.protocol = config.train.protocol == Protocol::paper ? "paper" : "held_out";
  facts.hold_out = hold_out_facts(task, trainer.sets());
  facts.events = task.events;
  facts.events_lost = task.events_lost;
  facts.skipped = task.skipped;
  facts.skipped_why = task.skipped_why;
  facts.seed = config.train.seed;
  facts.parameters = parameter_count(network);
  facts.selection = trainer.selection();
  return facts;
}

/// Calls several observers, in order.
class Observers : public TrainingObserver {
 public:
  explicit Observers(std::vector<TrainingObserver*> observers) : observers_(std::move(observers)) {}
  void on_step(const StepRecord& record) override {
    for (TrainingObserver* observer : observers_) observer->on_step(record);
  }
  void on_evaluation(const std::string& split, std::size_t done, std::size_t samples) override {
    for (TrainingObserver* observer : observers_) observer->on_evaluation(split, done, samples);
  }
  void on_epoch(const EpochRecord& record) override {
    for (TrainingObserver* observer : observers_) observer->on_epoch(record);
  }
  void on_checkpoint(CheckpointKind kind, Checkpoint& checkpoint) override {
    for (TrainingObserver* observer : observers_) observer->on_checkpoint(kind, checkpoint);
  }

 private:
  std::vector<TrainingObserver*> observers_;
};

/// Adds the config and the data identity to checkpoints.
class CheckpointTexts : public TrainingObserver {
 public:
  CheckpointTexts(std::string config, std::string data) : config_(std::move(config)), data_(std::move(data)) {}
  void on_checkpoint(CheckpointKind /*kind*/, Checkpoint& checkpoint) override {
    checkpoint.config = config_;
    checkpoint.data = data_;
  }

 private:
  std::string config_, data_;
};

DataError other_data(const std::filesystem::path& run, const DataIdentity& recorded, const DataIdentity& found) {
  return DataError(
      fmt::format("{}: the run is on other data than are found now: it was on {}; found: {}. Expected the "
                  "same content, at any place (task.path)",
                  run.string(), describe(recorded), describe(found)));
}

/// Records that the run ended by the exception that is being handled. If this fails too (on a full disk), the exception
/// says enough.
void record_failure(RunRecorder& recorder, const TrainingProgress& progress, std::string_view why, const Log& log) {
  try {
    recorder.finish(progress, "failed", why);
  } catch (const RunError& error) {
    log.debug("{}", error.what());
  }
}

std::vector<Extension> extensions_in(const JsonValue& summary) {
  std::vector<Extension> out;
  const auto extended = summary.find("extended");
  if (!extended) return out;
  for (const JsonValue& each : extended->items()) {
    out.push_back({each.at("step").count(), each.at("from").count(), each.at("to").count()});
  }
  return out;
}

}  // namespace

int thread_count(const RunConfig& config, const Communicator& ranks) {
  return config.run.threads > 0 ? config.run.threads : ranks.cores();
}

BackendOptions backend_options(const RunConfig& config, const Communicator& ranks) {
  const std::string_view isa = config.run.instruction_set;
  return {.on_machine = ranks.on_machine(),
          .threads = thread_count(config, ranks),
          .isa = isa == "auto" ? std::string_view() : isa,
          .matmul_precision = config.train.matmul_precision,
          .tape_parts = static_cast<std::size_t>(config.train.checkpoint_tape)};
}

std::unique_ptr<Backend> build_backend(const RunConfig& config, const Communicator& ranks) {
  return make_backend(config.run.device, build_network(config.model, config.train.seed),
                      backend_options(config, ranks));
}

Run::Run(const Task& task, RunConfig config, std::size_t planned_memory, Communicator& ranks, const Log& log,
         std::optional<InitialParameters> initial)
    : config_(std::move(config)),
      ranks_(ranks),
      log_(log),
      backend_(build_backend(config_, ranks)),
      cache_(static_cast<std::size_t>(config_.run.sample_cache_mb) << 20),
      trainer_(task, *backend_, config_.train, cache_, ranks),
      facts_(facts_of(config_, task, backend_->network(), trainer_, ranks)) {
  facts_.planned_memory = planned_memory;
  config_.run.device = find_backend(config_.run.device).name;  // replaces "auto"
  if (initial) {
    AlignedVector<float> values = parameters();
    write_arrays(backend_->network(), initial->arrays, values);
    backend_->write(Block::parameters, values);
    facts_.initial = std::move(initial->facts);
  }
  if (config_.weight_scaling == WeightScaling::decay_aware) scale_weights(task);
  if (config_.train.matmul_precision != MatmulPrecision::float32) measure_matmul_error();
}

void Run::scale_weights(const Task& task) {
  const std::vector<Sample> samples = typical_samples(task, trainer_.sets().train, config_.train.seed);
  std::vector<InputBatch> batches;  // no larger than those of the training, for which there is memory
  for (std::size_t first = 0; first < samples.size(); first += config_.train.batch) {
    const std::size_t size = std::min(config_.train.batch, samples.size() - first);
    batches.push_back(batch_of(task.info(), std::span(samples).subspan(first, size), size));
  }
  std::set<std::string> given;
  if (facts_.initial) given.insert(facts_.initial->arrays.begin(), facts_.initial->arrays.end());
  on_threads(threads(), [&] { scale_initial_weights(*backend_, batches, given); });
}

void Run::measure_matmul_error() {
  RunConfig exact = config_;
  exact.train.matmul_precision = MatmulPrecision::float32;
  const std::string_view name = kMatmulPrecisionNames[static_cast<std::size_t>(config_.train.matmul_precision)];
  facts_.matmul_precision = name;
  const std::unique_ptr<Backend> exact_backend = build_backend(exact, ranks_);
  exact_backend->write(Block::parameters, parameters());
  facts_.matmul_error = trainer_.gradient_error(*exact_backend);
  log_.info("matrix products in {}: gradients of the first batch differ from those in float32 by {:.2g} of their norm",
            name, *facts_.matmul_error);
}

AlignedVector<float> Run::parameters() const {
  AlignedVector<float> values(backend_->layout().size);
  backend_->read(Block::parameters, values);
  return values;
}

void Run::read_earlier_parts(const RunDirectory& directory) {
  if (!std::filesystem::exists(directory.summary())) return;
  try {
    const JsonValue summary = read_json_object(directory.summary());
    earlier_seconds_ = summary.at("seconds").number();
    facts_.extensions = extensions_in(summary);
    // It was measured with parameters that are no longer at hand.
    const auto matmul = summary.find("matmul");
    if (facts_.initial && matmul) facts_.matmul_error = matmul->number_if_any("gradient_error");
  } catch (const DataError& error) {
    log_.warning("{}; the time that the run has taken so far is not counted", error.what());
  }
}

void Run::extend(const RunDirectory& directory, const Extension& extension) {
  log_.info("the run is made longer after step {}: {} steps in all instead of {}", extension.step, extension.to,
            extension.from);
  // The summary first: config.toml will no longer say how long the run was to be.
  if (facts_.extensions.empty() || facts_.extensions.back() != extension) facts_.extensions.push_back(extension);
  write_file_atomically(directory.summary(), summary_json(facts_, trainer_.progress(), "running",
                                                          {earlier_seconds_, process_memory().peak}));
}

std::optional<Extension> Run::restore(const RunDirectory& directory, const std::string& path,
                                      const TrainSettings& recorded) {
  std::string bytes = read_file(path);
  if (ranks_.size() > 1) resumed_ = bytes;
  const Checkpoint checkpoint = parse_checkpoint(path, std::move(bytes), backend_->layout());
  const DataIdentity data = parse_data_identity(path, checkpoint.data);
  if (!data.same_as(facts_.data)) throw other_data(directory.path(), data, facts_.data);
  auto extension =
      extension_of(directory.path().string(), trainer_.sets().train, recorded, config_.train, checkpoint.progress);
  trainer_.restore(checkpoint);
  if (!checkpoint.initial.empty()) {
    facts_.initial = initial_from_json(JsonValue::parse(checkpoint.initial, path + ": initial"));
  }
  return extension;
}

void Run::resume(const RunDirectory& directory, const TrainSettings& recorded) {
  namespace fs = std::filesystem;
  const fs::path checkpoint = continued_checkpoint(directory.path());
  std::optional<Extension> extension;
  if (!checkpoint.empty()) extension = restore(directory, checkpoint.string(), recorded);
  read_earlier_parts(directory);
  if (extension) extend(directory, *extension);
  if (trainer_.progress().step > 0) {
    log_.info("continuing after step {} of {}", trainer_.progress().step, trainer_.length().steps);
  } else {
    log_.info("{}: no checkpoint yet; starting from the beginning", directory.path().string());
  }
  const RunRecords records = trainer_.progress().records.reported(facts_.selection);
  const std::string lines = fs::exists(directory.metrics()) ? read_file(directory.metrics()) : std::string();
  write_file_atomically(directory.metrics(), metrics_until(lines, records.last));
  if (!records.best(facts_.selection))
    fs::remove(directory.best_checkpoint());  // belongs to a provisional record, which is dropped
}

void Run::share_initial_parameters() {
  if (config_.initial || config_.weight_scaling == WeightScaling::decay_aware)
    backend_->write(Block::parameters, broadcast(ranks_, parameters()));
}

RunEnd Run::follow(const std::atomic<bool>& stop) {
  const std::string checkpoint = broadcast(ranks_, std::string());
  if (!checkpoint.empty()) {
    trainer_.restore(parse_checkpoint("the checkpoint that rank 0 sent", checkpoint, backend_->layout()));
  } else {
    share_initial_parameters();
  }
  TrainingObserver none;
  return on_threads(threads(), [&] { return trainer_.run(none, stop); });
}

RunEnd Run::run_trainer(std::vector<TrainingObserver*> observers, const std::atomic<bool>& stop) {
  const TrainingLength& length = trainer_.length();
  log_.debug("{} steps per epoch, {} in all", length.steps_per_epoch, length.steps);
  EpochLog epoch_log(log_, length.epochs(), facts_.selection.metric);
  observers.insert(observers.end() - 1, &epoch_log);
  Observers all(std::move(observers));
  return on_threads(threads(), [&] { return trainer_.run(all, stop); });
}

RunEnd Run::train(const RunDirectory& directory, TrainingObserver& observer, const std::atomic<bool>& stop) {
  if (ranks_.size() > 1 && broadcast(ranks_, std::exchange(resumed_, {})).empty()) share_initial_parameters();
  const std::string text = write_config(config_);
  write_file_atomically(directory.config(), text);
  RunRecorder recorder(directory, backend_->layout(), facts_, text, config_.run.snapshot_every_epochs,
                       earlier_seconds_);
  RunEnd end = RunEnd::finished;
  try {
    if (trainer_.progress().step == 0) {
      Checkpoint beginning = trainer_.snapshot();
      recorder.on_beginning(beginning);
    }
    end = run_trainer({&recorder, &observer}, stop);
  } catch (const std::exception& error) {
    record_failure(recorder, trainer_.progress(), error.what(), log_);
    throw;
  } catch (...) {  // an exception that ends a thread
    record_failure(recorder, trainer_.progress(), {}, log_);
    throw;
  }
  recorder.finish(trainer_.progress(), run_end_name(end));
  return end;
}

RunEnd Run::train(TrainingObserver& observer, const std::atomic<bool>& stop) {
  CheckpointTexts texts(write_config(config_), json_text(to_json(facts_.data)));
  return run_trainer({&texts, &observer}, stop);
}

void check_same_run(const RunDirectory& directory, const RunConfig& recorded, const RunConfig& config, const Log& log) {
  if (const auto changed = differences(recorded, config, kSameRun); !changed.empty()) {
    throw UsageError(
        fmt::format("{}: a run that is resumed cannot be changed: {}; leave the change out, or start "
                    "another run",
                    directory.path().string(), differences_text(changed)));
  }
  if (recorded.run.device != config.run.device) {
    log.warning("the run was on device {} and continues on {}: not bit for bit the same", recorded.run.device,
                config.run.device);
  }
}

std::string Run::result_text(std::size_t columns) const {
  const RunRecords reported = records();
  if (!reported.last) return {};
  std::string text = summary_table(reported, facts_.data, columns);
  if (facts_.selection.split == "test") {
    text += "\nprotocol = \"paper\": the best epoch was selected on the test set, which flatters it";
  }
  return text;
}

std::string default_run_path(const RunConfig& config) {
  return fmt::format("runs/{}-{}-{}", config.task, neuron_model_name(config.model.model), config.train.seed);
}

}  // namespace hetsyn
