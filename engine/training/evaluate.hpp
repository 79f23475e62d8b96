#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "backend/backend.hpp"
#include "core/communicator.hpp"
#include "data/loader.hpp"
#include "data/perturbation.hpp"
#include "data/sample_cache.hpp"
#include "training/protocol.hpp"
#include "training/records.hpp"

namespace hetsyn {

struct EvaluationSettings {
  std::size_t batch = 32;                   ///< samples per forward pass
  std::uint64_t seed = 0;                   ///< of the run
  double time_scale = 1.0;                  ///< time warp α; the steps become warped_steps(T, α)
  SpikePerturbation perturbation;           ///< of event input; refused for analog input
  SampleCache* cache = nullptr;             ///< null: samples are not kept
  const std::atomic<bool>* stop = nullptr;  ///< set from outside; ends the evaluation before the next batch
  Communicator* ranks = &single_process();  ///< the ranks that share the batches
  std::function<void(std::size_t samples_done, std::size_t samples)> on_batch;  ///< called after each batch
  /// Called before on_batch with this rank's share, for results that only the forward pass has, such as spike counts.
  std::function<void(const BackendPass& pass, const Batch& batch)> on_forward;
};

/// How evaluate() loads the samples of a set. Throws ConfigError for a perturbation of analog input.
LoadRequest evaluation_load(const Backend& backend, const Task& task, const SampleSet& set,
                            const EvaluationSettings& settings);

/// Runs forward passes over a set, without dropout. Returns the task's metrics, then loss and firing rates (Hz, hidden
/// populations), the same on all ranks; empty if stopped. Throws DataError or PluginError from the task, also for a
/// metric that is not finite, RunError for a loss that is not finite, ConfigError for a perturbation of analog input.
std::optional<SplitMetrics> evaluate(Backend& backend, const Task& task, const SampleSet& set,
                                     const EvaluationSettings& settings);

/// Names the task's metrics, then the loss and the firing rates (of all hidden neurons, then of each population).
std::vector<NamedMetric> name_metrics(const Task& task, const NetworkLayout& network, std::span<const double> metrics,
                                      double loss, std::span<const double> rates_hz);

}  // namespace hetsyn
