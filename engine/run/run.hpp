#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backend/backend.hpp"
#include "config/config.hpp"
#include "core/communicator.hpp"
#include "core/log.hpp"
#include "data/sample_cache.hpp"
#include "run/run_directory.hpp"
#include "run/summary.hpp"
#include "training/trainer.hpp"

namespace hetsyn {

/// Threads of this rank: those of the config, or one for each of its cores (0: of the machine).
int thread_count(const RunConfig& config, const Communicator& ranks = single_process());

BackendOptions backend_options(const RunConfig& config, const Communicator& ranks = single_process());

/// The backend of a resolved config, holding the network with its initial parameters. Throws ConfigError or UsageError.
std::unique_ptr<Backend> build_backend(const RunConfig& config, const Communicator& ranks = single_process());

/// One training run: from an opened task and a config to a run directory. Of several ranks, each has a Run; rank 0's
/// has the directory and trains, and the others follow.
class Run {
 public:
  /// Builds network, backend and trainer of a resolved config. Task, ranks and log outlive the run; `planned_memory` in
  /// bytes is reported beside what was taken. Throws ConfigError or UsageError where they do not fit; nothing was
  /// written then.
  Run(const Task& task, RunConfig config, std::size_t planned_memory, Communicator& ranks, const Log& log);

  [[nodiscard]] const RunConfig& config() const { return config_; }
  [[nodiscard]] const RunFacts& facts() const { return facts_; }
  [[nodiscard]] int threads() const { return backend_options(config_, ranks_).threads; }

  /// Continues from the last checkpoint of `directory`, if it has one, and forgets what was recorded after it. Throws
  /// DataError where the checkpoint is of a run on other data.
  void resume(const RunDirectory& directory);

  /// Trains to the end or until `stop` is set; `observer` is told after the directory was written.
  RunEnd train(const RunDirectory& directory, TrainingObserver& observer, const std::atomic<bool>& stop);
  /// The same without a directory: `observer` is given the checkpoints, complete, and keeps them where it wants.
  RunEnd train(TrainingObserver& observer, const std::atomic<bool>& stop);
  /// What rank 0 trains, from where it starts, at another rank; says and writes nothing.
  RunEnd follow(const std::atomic<bool>& stop);
  /// Number of epochs of the run; the last one may be cut by train.max_steps.
  [[nodiscard]] std::uint64_t epochs() const { return trainer_.length().epochs(); }
  [[nodiscard]] RunRecords records() const { return trainer_.progress().records.reported(facts_.selection); }
  [[nodiscard]] const ParameterLayout& layout() const { return backend_->layout(); }
  /// Metrics of the last and the best epochs so far, in columns; empty before the first one.
  [[nodiscard]] std::string result_text() const;

 private:
  void measure_matmul_error();
  RunEnd run_trainer(std::vector<TrainingObserver*> observers, const std::atomic<bool>& stop);

  RunConfig config_;
  Communicator& ranks_;
  const Log& log_;
  std::unique_ptr<Backend> backend_;
  SampleCache cache_;
  Trainer trainer_;
  RunFacts facts_;
  std::string resumed_;  ///< the checkpoint to go on from; empty: none
  double earlier_seconds_ = 0.0;
};

/// Refuses to continue the run in a directory, whose config is `recorded`, under another description. Throws
/// UsageError; warns of another device.
void check_same_run(const RunDirectory& directory, const RunConfig& recorded, const RunConfig& config, const Log& log);

/// Where a run goes if nothing else is said: runs/<task>-<model>-<seed>.
std::string default_run_path(const RunConfig& config);

}  // namespace hetsyn
