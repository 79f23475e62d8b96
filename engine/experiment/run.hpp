#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "backend/backend.hpp"
#include "data/sample_cache.hpp"
#include "experiment/config.hpp"
#include "experiment/run_directory.hpp"
#include "experiment/summary.hpp"
#include "training/trainer.hpp"

namespace hetsyn {

BackendOptions backend_options(const RunConfig& config);

/// The backend of a resolved config, holding the network with its initial parameters. Throws ConfigError or UsageError.
std::unique_ptr<Backend> build_backend(const RunConfig& config);

/// One training run: from an opened task and a config to a run directory.
class Run {
 public:
  /// Builds network, backend and trainer of a resolved config. `task` outlives the run; `planned_memory` in bytes is
  /// reported beside what was taken. Throws ConfigError or UsageError where they do not fit; nothing was written then.
  Run(const Task& task, RunConfig config, std::size_t planned_memory);

  [[nodiscard]] const RunConfig& config() const { return config_; }
  [[nodiscard]] const RunFacts& facts() const { return facts_; }

  /// Continues from the last checkpoint of `directory`, if it has one, and forgets what was recorded after it.
  void resume(const RunDirectory& directory);

  /// Trains to the end or until `stop` is set. `bar`: standard output is a terminal that may show a progress bar.
  RunEnd train(const RunDirectory& directory, bool bar, const std::atomic<bool>& stop);

 private:
  RunConfig config_;
  std::unique_ptr<Backend> backend_;
  SampleCache cache_;
  Trainer trainer_;
  RunFacts facts_;
  double earlier_seconds_ = 0.0;
};

/// Where a run goes if nothing else is said: runs/<task>-<model>-<seed>.
std::string default_run_path(const RunConfig& config);

/// The first key in which two resolved configs describe different runs, with both values; empty where they are the same
/// run. [run], [perturb] and train.max_steps (where to stop, for now) do not count.
std::optional<std::string> first_difference(const RunConfig& recorded, const RunConfig& wanted);

}  // namespace hetsyn
