#include "training/trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <numeric>

#include "core/rng.hpp"
#include "data/task_checks.hpp"
#include "training/epoch_sums.hpp"
#include "training/evaluate.hpp"
#include "training/optimizer.hpp"
#include "training/prepare.hpp"
#include "training/progress_check.hpp"
#include "training/schedule.hpp"
#include "training/shuffle.hpp"
#include "training/stage_range.hpp"

namespace hetsyn {
namespace {

[[noreturn]] void refuse_augmentation(std::string_view key, std::string_view reason) {
  throw ConfigError(fmt::format("augment.{}: expected 0, as {}", key, reason), fmt::format("augment.{}", key));
}

void check_augmentation_fits(const SpikeAugmentation& augmentation, const TaskInfo& info) {
  if (augmentation.none()) return;
  if (info.input_kind == InputKind::analog) {
    throw ConfigError(fmt::format("augment: task {} has analog input, which has no spikes to change", info.name),
                      "augment");
  }
  if (info.targets == 0) return;
  constexpr std::string_view kReason = "the task's target trace belongs to the times of the spikes";
  if (augmentation.shift_ms > 0.0) refuse_augmentation("shift_ms", kReason);
  if (augmentation.blend_probability > 0.0) refuse_augmentation("blend_probability", kReason);
}

const TrainSettings& checked(const TrainSettings& settings, const Task& task) {
  check(settings);
  const TaskInfo& info = task.info();
  if (info.metrics.empty()) throw ConfigError(fmt::format("task {} has no metric to select the best epoch", info.name));
  for (const MetricInfo& metric : info.metrics) {
    if (metric.name == "loss" || metric.name.starts_with("firing_rate_hz")) {
      throw ConfigError(
          fmt::format("task {} has a metric \"{}\", a name the engine keeps for its own", info.name, metric.name));
    }
  }
  check_augmentation_fits(settings.augmentation, info);
  return settings;
}

/// The training samples by class; null if blending is off.
std::shared_ptr<const BlendPartners> blend_partners(const Task& task, const SampleSet& train,
                                                    const SpikeAugmentation& augmentation) {
  if (augmentation.blend_probability == 0.0) return nullptr;
  const auto label_of = [&](std::uint64_t sample) {
    const std::int32_t label = task.sample_info(train.split, sample).label;
    if (label < 0) refuse_augmentation("blend_probability", "the task does not say the classes of its samples");
    return label;
  };
  if (train.drawn) refuse_augmentation("blend_probability", "the task draws its samples");
  return std::make_shared<BlendPartners>(train.indices, label_of);
}

Selection selection_of(const TaskInfo& info, SplitRole role) {
  const MetricInfo& metric = info.metrics.front();
  return {role == SplitRole::test ? "test" : "validation", metric.name, metric.higher_is_better};
}

/// The number of samples of this rank's share of a batch, divided by that of the optimizer step.
double fraction_of(const Batch& batch, std::size_t step_samples) {
  return static_cast<double>(batch.input.size()) / static_cast<double>(step_samples);
}

RunError divergence(std::string_view what) {
  return RunError(
      fmt::format("{}: training has diverged; try a lower train.learning_rate or train.gradient_clip", what));
}

void check_finite(const Checkpoint& checkpoint) {
  const auto finite = [](std::span<const float> values) {
    return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
  };
  const std::uint64_t step = checkpoint.progress.step;
  if (!finite(checkpoint.parameters)) {
    throw divergence(fmt::format("a parameter is no longer finite after step {}", step));
  }
  if (!finite(checkpoint.moment1) || !finite(checkpoint.moment2)) {
    throw divergence(fmt::format("a moment of the optimizer is no longer finite after step {}", step));
  }
}

void read_block(const Backend& backend, Block block, AlignedVector<float>& values) {
  values.resize(backend.layout().size);
  backend.read(block, values);
}

}  // namespace

Trainer::Trainer(const Task& task, Backend& backend, const TrainSettings& settings, SampleCache& cache,
                 Communicator& ranks)
    : task_(task),
      backend_(backend),
      settings_(checked(settings, task)),
      cache_(cache),
      ranks_(ranks),
      sets_(divide_samples(task, settings)),
      partners_(blend_partners(task, sets_.train, settings.augmentation)),
      selection_(selection_of(task.info(), sets_.selection)),
      loss_(task, backend.network(), ranks),
      length_(training_length(sets_.train, settings)) {
  progress_.seed = settings.seed;
}

void Trainer::restore(const Checkpoint& checkpoint) {
  check_progress(checkpoint, {settings_.seed, length_, settings_.batch * settings_.accumulate,
                              task_.info().metrics.size(), backend_.network().populations.size() - 1});
  backend_.write(Block::parameters, checkpoint.parameters);
  backend_.write(Block::moment1, checkpoint.moment1);
  backend_.write(Block::moment2, checkpoint.moment2);
  backend_.zero_gradients();
  progress_ = checkpoint.progress;
  if (progress_.step < length_.steps) progress_.records.provisional.reset();
}

Checkpoint Trainer::snapshot() const {
  Checkpoint checkpoint;
  read_block(backend_, Block::parameters, checkpoint.parameters);
  read_block(backend_, Block::moment1, checkpoint.moment1);
  read_block(backend_, Block::moment2, checkpoint.moment2);
  checkpoint.progress = progress_;
  return checkpoint;
}

void Trainer::save(CheckpointKind kind, TrainingObserver& observer) const {
  Checkpoint checkpoint = snapshot();
  check_finite(checkpoint);
  check_parameters(checkpoint);
  observer.on_checkpoint(kind, checkpoint);
}

void Trainer::check_parameters(const Checkpoint& checkpoint) const {
  if (ranks_.size() == 1 || broadcast(ranks_, checkpoint.parameters) == checkpoint.parameters) return;
  throw RunError(
      fmt::format("after step {}, the parameters of rank {} are not those of rank 0; where the machines have different "
                  "processors, set run.instruction_set",
                  progress_.step, ranks_.rank()));
}

RunEnd Trainer::run(TrainingObserver& observer, const std::atomic<bool>& stop) {
  while (!finished()) {
    const bool done = train_epoch(observer, stop) &&
                      (epoch_is_whole() ? end_epoch(observer, stop) : evaluate_provisionally(observer, stop));
    if (!done) {
      save(CheckpointKind::last, observer);
      return RunEnd::interrupted;
    }
  }
  if (progress_.step >= length_.scheduled) return RunEnd::finished;
  return stopped_early() ? RunEnd::early_stop : RunEnd::max_steps;
}

bool Trainer::finished() const {
  if (stopped_early()) return true;
  if (progress_.step < length_.steps) return false;
  const std::optional<EpochRecord> last = progress_.records.reported(selection_).last;
  return last && last->step == progress_.step && last->split(selection_.split) != nullptr;
}

bool Trainer::stopped_early() const {
  return settings_.patience > 0 && progress_.evaluations_without_improvement >= settings_.patience;
}

bool Trainer::train_epoch(TrainingObserver& observer, const std::atomic<bool>& stop) {
  const std::uint64_t left = length_.steps - std::min(length_.steps, progress_.step);
  const std::uint64_t end = std::min(length_.steps_per_epoch, progress_.step_in_epoch + left);
  if (progress_.step_in_epoch == end) return true;
  BatchLoader loader(task_, &cache_, epoch_request());
  while (progress_.step_in_epoch < end) {
    if (ranks_.any(stop.load())) return false;
    observer.on_step(train_step(loader));
    const std::uint64_t every = settings_.checkpoint_every_steps;
    if (every > 0 && progress_.step % every == 0 && progress_.step_in_epoch < end) {
      save(CheckpointKind::last, observer);
    }
  }
  return true;
}

LoadRequest Trainer::epoch_request() const {
  const std::size_t per_step = settings_.batch * settings_.accumulate;
  LoadRequest request;
  request.prepare = prepare_with(backend_);
  request.split = sets_.train.split;
  request.batch = settings_.batch;
  request.share = ranks_.share();
  request.augmentation = settings_.augmentation;
  request.partners = partners_;
  if (sets_.train.drawn) {  // a new index for each sample of the run
    request.samples =
        SampleOrder::from(progress_.step * per_step, (length_.steps_per_epoch - progress_.step_in_epoch) * per_step);
    request.seed = sample_seed(settings_.seed, SplitRole::train, 0);
    return request;
  }
  std::vector<std::uint64_t> order = sets_.train.indices;
  shuffle(order, RandomStream(settings_.seed, RandomPurpose::shuffle, static_cast<std::uint32_t>(progress_.epoch)));
  order.erase(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(progress_.step_in_epoch * per_step));
  request.samples = std::move(order);
  request.seed = sample_seed(settings_.seed, SplitRole::train, progress_.epoch);
  return request;
}

std::size_t Trainer::samples_of_step() const {
  const std::size_t per_step = settings_.batch * settings_.accumulate;
  if (sets_.train.drawn) return per_step;
  return std::min<std::size_t>(per_step, sets_.train.indices.size() - progress_.step_in_epoch * per_step);
}

StepRecord Trainer::train_step(BatchLoader& loader) {
  const StageRange stage("step");
  const std::size_t samples = samples_of_step();
  const double learning_rate =
      settings_.optimizer.learning_rate *
      learning_rate_factor(settings_.schedule, progress_.step, length_.steps_per_epoch, length_.scheduled);
  EpochSums step_sums;
  step_sums.metrics.resize(task_.info().metrics.size());
  step_sums.rates_hz.resize(backend_.network().populations.size() - 1);
  for (std::size_t done = 0; done < samples;) {
    const Batch batch = in_stage("data", [&] { return loader.next().value(); });
    accumulate(batch, done + batch.before, samples, step_sums);
    done += batch.whole();
  }
  in_stage("reduce", [&] {
    add_ranks(step_sums, ranks_);
    backend_.sum_gradients(ranks_);
  });
  const double gradient_norm = update_parameters(learning_rate);
  const EpochSums mean = means(step_sums);
  add_means(progress_.sums, samples, mean.loss, mean.metrics, mean.rates_hz);
  progress_.learning_rate = learning_rate;
  ++progress_.step;
  ++progress_.step_in_epoch;

  StepRecord record{.epoch = progress_.epoch + 1,
                    .step_in_epoch = progress_.step_in_epoch,
                    .steps_in_epoch = length_.steps_per_epoch,
                    .step = progress_.step,
                    .total_steps = length_.steps,
                    .samples = samples,
                    .loss = mean.loss,
                    .learning_rate = learning_rate,
                    .gradient_norm = gradient_norm,
                    .metrics = {}};
  for (std::size_t m = 0; m < mean.metrics.size(); ++m) {
    record.metrics.push_back({task_.info().metrics[m].name, mean.metrics[m]});
  }
  return record;
}

Trainer::Passes Trainer::run_passes(Backend& backend, const Batch& batch, std::size_t first, std::size_t step_samples,
                                    TaskMetrics* metrics) {
  // Masks are selected by the step and the position in it, so that accumulated batches get those of one large batch.
  const DropoutKey dropout{settings_.seed, progress_.step, static_cast<std::uint32_t>(first)};
  std::optional<TapedPass> pass;
  if (batch.input.size() > 0) {
    pass = in_stage("forward", [&] { return backend.forward_with_tape(batch.input, dropout); });
  }
  if (metrics != nullptr) metrics->start(pass, batch);
  const BatchLoss loss = loss_.train(pass, batch, fraction_of(batch, step_samples));
  return {pass, loss};
}

void Trainer::accumulate(const Batch& batch, std::size_t first, std::size_t step_samples, EpochSums& step_sums) {
  // All work is enqueued before any result is waited for, so that a device computes the backward pass while the host
  // computes metrics. Training metrics are means over batches, or over the ranks' shares, because an accumulator cannot
  // be stored in a checkpoint.
  TaskMetrics metrics(task_, backend_.network());
  const auto [pass, batch_loss] = run_passes(backend_, batch, first, step_samples, &metrics);
  if (!pass) return;
  const StageRange stage("metrics");
  const double loss = batch_loss.value();
  if (!std::isfinite(loss)) {
    throw divergence(fmt::format("the loss is {} in epoch {}, step {}", loss, progress_.epoch + 1, progress_.step + 1));
  }
  metrics.add(pass, batch);
  const std::vector<double> values = metrics.finish();
  check_metrics(task_.info(), sets_.train.name, values);
  const auto rates_hz = firing_rates_hz(*pass);
  add_means(step_sums, batch.input.size(), loss / fraction_of(batch, step_samples), values, rates_hz);
}

std::vector<float> Trainer::gradients_of(Backend& backend, const Batch& batch) {
  std::vector<float> gradients(backend.layout().size);
  backend.zero_gradients();
  run_passes(backend, batch, batch.before, batch.whole(), nullptr);
  backend.read(Block::gradients, gradients);
  backend.zero_gradients();
  return gradients;
}

double Trainer::gradient_error(Backend& exact) {
  const Batch batch = BatchLoader(task_, &cache_, epoch_request()).next().value();
  const std::vector<float> mine = gradients_of(backend_, batch), theirs = gradients_of(exact, batch);
  double squares = 0.0, error = 0.0;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    const double value = theirs[i], difference = mine[i] - value;
    squares += value * value;
    error += difference * difference;
  }
  return squares > 0.0 ? std::sqrt(error / squares) : 0.0;
}

double Trainer::update_parameters(double learning_rate) {
  const StageRange stage("update");
  const OptimizerSettings& optimizer = settings_.optimizer;
  const double dt_ms = backend_.network().dt_ms;
  double norm = 0.0, scale = 1.0;
  if (optimizer.gradient_clip > 0.0) {
    norm = backend_.gradient_norm({optimizer.decay_parameter, dt_ms});
    if (!std::isfinite(norm)) {
      throw divergence(fmt::format("the norm of the gradient is {} in epoch {}, step {}", norm, progress_.epoch + 1,
                                   progress_.step + 1));
    }
    scale = clip_factor(norm, optimizer.gradient_clip);
  }
  backend_.update(optimizer_constants(optimizer, backend_.layout(), dt_ms, learning_rate, progress_.step + 1, scale));
  backend_.zero_gradients();
  return norm;
}

bool Trainer::epoch_is_whole() const {
  return progress_.step_in_epoch > 0 &&
         (progress_.step_in_epoch == length_.steps_per_epoch || progress_.step == length_.scheduled);
}

EpochRecord Trainer::training_record() const {
  const EpochSums mean = means(progress_.sums);
  EpochRecord record{progress_.epoch + 1, progress_.step, progress_.learning_rate, {}};
  record.splits.push_back({"train", name_metrics(task_, backend_.network(), mean.metrics, mean.loss, mean.rates_hz)});
  return record;
}

bool Trainer::end_epoch(TrainingObserver& observer, const std::atomic<bool>& stop) {
  EpochRecord record = training_record();
  const bool due = record.epoch % settings_.evaluate_every == 0 || progress_.step == length_.scheduled;
  check_finite(snapshot());
  if (due && !evaluate_sets(record, observer, stop)) return false;

  const Improvement improvement = progress_.records.update(record, selection_);
  if (due) {
    const bool better = improvement == Improvement::of_metric;
    progress_.evaluations_without_improvement = better ? 0 : progress_.evaluations_without_improvement + 1;
  }
  ++progress_.epoch;
  progress_.step_in_epoch = 0;
  progress_.sums = {};
  const bool evaluated_next = !due && progress_.step >= length_.steps;  // then evaluate_provisionally() reports it
  if (!evaluated_next) observer.on_epoch(record);
  if (improvement != Improvement::none) save(CheckpointKind::best, observer);
  save(CheckpointKind::last, observer);
  return true;
}

bool Trainer::evaluate_provisionally(TrainingObserver& observer, const std::atomic<bool>& stop) {
  RunRecords& records = progress_.records;
  EpochRecord record = progress_.step_in_epoch > 0 ? training_record() : records.last.value();
  record.provisional = true;
  check_finite(snapshot());
  if (!evaluate_sets(record, observer, stop)) return false;

  records.provisional = std::move(record);
  observer.on_epoch(*records.provisional);
  const bool is_best = !records.best(selection_) && records.reported(selection_).best(selection_);
  if (is_best) save(CheckpointKind::best, observer);
  save(CheckpointKind::last, observer);
  return true;
}

bool Trainer::evaluate_sets(EpochRecord& record, TrainingObserver& observer, const std::atomic<bool>& stop) {
  for (const std::optional<SampleSet>* set : {&sets_.validation, &sets_.test}) {
    if (!*set) continue;
    EvaluationSettings evaluation;
    evaluation.batch = settings_.evaluation_batch > 0 ? settings_.evaluation_batch : settings_.batch;
    evaluation.seed = settings_.seed;
    evaluation.cache = &cache_;
    evaluation.stop = &stop;
    evaluation.ranks = &ranks_;
    evaluation.on_batch = [&](std::size_t done, std::size_t samples) {
      observer.on_evaluation((*set)->name, done, samples);
    };
    std::optional<SplitMetrics> metrics = evaluate(backend_, task_, **set, evaluation);
    if (!metrics) return false;
    record.splits.push_back(*std::move(metrics));
  }
  return true;
}

}  // namespace hetsyn
