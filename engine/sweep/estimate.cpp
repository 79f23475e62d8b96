#include "sweep/estimate.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>

#include "base/threads.hpp"
#include "run/run.hpp"
#include "training/evaluate.hpp"

namespace hetsyn {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kPatience = 5.0;  ///< budgets that the first step may take before it must do as the only one

double seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

/// Stops a training after some time and measures its steps except the first one, which fills caches.
class StepTimer : public TrainingObserver {
 public:
  StepTimer(double budget_s, std::atomic<bool>& stop) : budget_s_(budget_s), stop_(stop) {}

  void on_step(const StepRecord& /*record*/) override {
    const Clock::time_point now = Clock::now();
    if (steps_++ == 0) first_ = now;
    last_ = now;
    if (seconds(now - start_) > (steps_ > 1 ? 1.0 : kPatience) * budget_s_) stop_ = true;
  }
  void on_epoch(const EpochRecord& /*record*/) override { stop_ = true; }

  [[nodiscard]] double step_s() const {
    return steps_ > 1 ? seconds(last_ - first_) / static_cast<double>(steps_ - 1) : seconds(last_ - start_);
  }

 private:
  double budget_s_;
  std::atomic<bool>& stop_;
  std::size_t steps_ = 0;
  Clock::time_point start_ = Clock::now(), first_ = start_, last_ = start_;
};

std::size_t set_size(const std::optional<SampleSet>& set) { return set ? set->indices.size() : 0; }

/// Seconds per sample of an evaluation, measured over a few batches of `set`.
double evaluation_s(const Task& task, Backend& backend, const RunConfig& config, SampleSet set) {
  EvaluationSettings settings;
  settings.batch = config.train.evaluation_batch != 0 ? config.train.evaluation_batch : config.train.batch;
  settings.seed = config.train.seed;
  set.indices.resize(std::min(set.indices.size(), 4 * settings.batch));
  const Clock::time_point start = Clock::now();
  static_cast<void>(evaluate(backend, task, set, settings));
  return seconds(Clock::now() - start) / static_cast<double>(set.indices.size());
}

ModelCost measured_cost(const Task& task, const RunConfig& config, const std::string& split, double budget_s) {
  const auto backend = build_backend(config);
  SampleCache cache(static_cast<std::size_t>(config.run.sample_cache_mb) << 20);
  Trainer trainer(task, *backend, config.train, cache);
  const SampleSets& sets = trainer.sets();
  const std::optional<SampleSet>& measured = sets.test ? sets.test : sets.validation;
  const double sample_s = set_size(measured) > 0 ? evaluation_s(task, *backend, config, *measured) : 0.0;

  std::atomic<bool> stop{false};
  StepTimer timer(budget_s, stop);
  trainer.run(timer, stop);

  const TrainingLength& length = trainer.length();
  const double evaluations = static_cast<double>(length.epochs()) / static_cast<double>(config.train.evaluate_every);
  const std::size_t evaluated = set_size(sets.validation) + set_size(sets.test);
  const std::size_t point = split == "train"        ? sets.train.indices.size()
                            : split == "validation" ? set_size(sets.validation)
                                                    : set_size(sets.test);
  return {.training_s = static_cast<double>(length.steps) * timer.step_s() +
                        evaluations * static_cast<double>(evaluated) * sample_s,
          .point_s = static_cast<double>(point) * sample_s};
}

}  // namespace

ModelCost estimate_cost(const Task& task, const RunConfig& config, const std::string& split, double budget_s) {
  return on_threads(thread_count(config), [&] { return measured_cost(task, config, split, budget_s); });
}

}  // namespace hetsyn
