#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backend/backend.hpp"
#include "config/config.hpp"
#include "core/aligned.hpp"
#include "core/communicator.hpp"
#include "core/log.hpp"
#include "data/sample_cache.hpp"
#include "run/initial_parameters.hpp"
#include "run/run_directory.hpp"
#include "run/summary.hpp"
#include "training/trainer.hpp"

namespace hetsyn {

/// The number of threads of this rank: that of the config, or one for each of the rank's cores (0: of the machine).
int thread_count(const RunConfig& config, const Communicator& ranks = single_process());

BackendOptions backend_options(const RunConfig& config, const Communicator& ranks = single_process());

/// The backend of a resolved config, with the network and its initial parameters. Throws ConfigError or UsageError.
std::unique_ptr<Backend> build_backend(const RunConfig& config, const Communicator& ranks = single_process());

/// A training run, from an opened task and a config to a run directory. With several ranks, each has a Run; that of
/// rank 0 trains and writes the directory, and the others call follow().
class Run {
 public:
  /// Builds network, backend and trainer of a resolved config; writes nothing. Task, ranks and log must outlive the
  /// run. `planned_memory`, in bytes, is reported with the measured memory. `initial`, on rank 0, are parameters in
  /// place of those that train.seed draws. Throws ConfigError or UsageError if they do not fit together.
  Run(const Task& task, RunConfig config, std::size_t planned_memory, Communicator& ranks, const Log& log,
      std::optional<InitialParameters> initial = std::nullopt);

  [[nodiscard]] const RunConfig& config() const { return config_; }
  [[nodiscard]] const RunFacts& facts() const { return facts_; }
  [[nodiscard]] int threads() const { return backend_options(config_, ranks_).threads; }

  /// Continues from continued_checkpoint() of `directory`, if there is one, and drops what was recorded after it.
  /// `recorded`: the settings that the run had. Throws DataError if the checkpoint is from a run on other data, and
  /// UsageError as extension_of().
  void resume(const RunDirectory& directory, const TrainSettings& recorded);

  /// Trains to the end or until `stop` is set. `observer` is called after the directory was written.
  RunEnd train(const RunDirectory& directory, TrainingObserver& observer, const std::atomic<bool>& stop);
  /// The same without a directory: `observer` receives complete checkpoints and may keep them.
  RunEnd train(TrainingObserver& observer, const std::atomic<bool>& stop);
  /// Takes part in the training as a rank other than 0; logs and writes nothing.
  RunEnd follow(const std::atomic<bool>& stop);
  /// The number of epochs of the run; train.max_steps may cut the last one short.
  [[nodiscard]] std::uint64_t epochs() const { return trainer_.length().epochs(); }
  [[nodiscard]] RunRecords records() const { return trainer_.progress().records.reported(facts_.selection); }
  [[nodiscard]] const ParameterLayout& layout() const { return backend_->layout(); }
  /// A table of the metrics of the last and the best epochs so far, in lines of at most `columns`; empty before the
  /// first epoch.
  [[nodiscard]] std::string result_text(std::size_t columns) const;

 private:
  /// Scales the drawn weights to what their synapses make of typical training samples.
  void scale_weights(const Task& task);
  void measure_matmul_error();
  /// Restores a checkpoint of `directory`; returns how the run is made longer, if it is.
  std::optional<Extension> restore(const RunDirectory& directory, const std::string& path,
                                   const TrainSettings& recorded);
  /// Takes over from the summary of the run's earlier parts what the checkpoint does not have.
  void read_earlier_parts(const RunDirectory& directory);
  void extend(const RunDirectory& directory, const Extension& extension);
  /// All parameters, [layout().size].
  [[nodiscard]] AlignedVector<float> parameters() const;
  /// Replaces the parameters of this rank by those of rank 0, where these were given.
  void share_initial_parameters();
  RunEnd run_trainer(std::vector<TrainingObserver*> observers, const std::atomic<bool>& stop);

  RunConfig config_;
  Communicator& ranks_;
  const Log& log_;
  std::unique_ptr<Backend> backend_;
  SampleCache cache_;
  Trainer trainer_;
  RunFacts facts_;
  std::string resumed_;  ///< the checkpoint to continue from; empty: none
  double earlier_seconds_ = 0.0;
};

/// Throws UsageError if the run in a directory, whose config is `recorded`, cannot be continued with another config.
/// Warns of another device.
void check_same_run(const RunDirectory& directory, const RunConfig& recorded, const RunConfig& config, const Log& log);

/// The default directory of a run: runs/<task>-<model>-<seed>.
std::string default_run_path(const RunConfig& config);

}  // namespace hetsyn
