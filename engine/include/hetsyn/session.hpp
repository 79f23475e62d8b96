#pragma once
#include <hetsyn/configuration.hpp>
#include <hetsyn/context.hpp>
#include <hetsyn/dataset.hpp>
#include <hetsyn/exceptions.hpp>
#include <hetsyn/network.hpp>
#include <hetsyn/parameters.hpp>
#include <hetsyn/recording.hpp>
#include <hetsyn/results.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

struct hetsyn_task;  // hetsyn_task.h

namespace hetsyn {

/// How to train. The functions are called from the thread that trains; an exception that one of them throws ends the
/// training and reaches the caller.
struct TrainOptions {
  /// The run directory for config.toml, metrics.jsonl, summary.json, log.txt and checkpoints. If it is empty, nothing
  /// is written, and the networks of the best and the last epoch are kept in memory.
  std::filesystem::path directory = {};
  Existing existing = Existing::refuse;
  /// Arrays that the network starts with in place of those that train.seed draws, as from the file that model.initial
  /// names, which must then be absent. Not for a run that is resumed.
  std::vector<ParameterArray> initial = {};
  std::function<void(const StepRecord& step)> on_step = {};
  std::function<void(const std::string& split, std::size_t samples_done, std::size_t samples)> on_evaluation = {};
  std::function<void(const EpochRecord& epoch)> on_epoch = {};
};

struct TrainResult {
  RunEnd end = RunEnd::finished;
  std::optional<EpochRecord> last = {}, best = {};  ///< best on the selection set; see train.protocol
  std::string selection = {};  ///< "validation accuracy": the split and metric that select the best epoch
};

struct EvaluateOptions {
  std::string split = "test";       ///< "train", "validation" or "test"
  std::string checkpoint = "best";  ///< "best", "last", or "step-N" of a snapshot in the run's directory
  /// Keys that the evaluation changes: damage ({"perturb.deletion", 0.3}), or keys that determine the samples.
  std::vector<std::pair<std::string, Value>> set = {};
};

struct Evaluation {
  SplitMetrics metrics = {};
  std::size_t samples = 0;
  std::uint64_t epoch = 0, step = 0;  ///< when the checkpoint was written
  Activity activity = {};
  std::size_t classes = 0;                    ///< 0: not a classification
  std::vector<std::uint64_t> confusion = {};  ///< [classes][classes]: label, decision
  std::string json = {};                      ///< the whole report, as `engine eval --json` prints it
};

struct MemoryUsage {
  std::string name = {};
  std::size_t bytes = 0;
};

struct TaskFacts {
  std::string name = {}, data_name = {};
  bool standin = false;  ///< the data are synthetic and replace a corpus that was not found
  std::size_t inputs = 0, outputs = 0, steps = 0;
  double dt_ms = 1.0;
  std::vector<std::pair<std::string, std::uint64_t>> splits = {};  ///< name, number of samples
  std::vector<std::string> metrics = {};
};

/// A configuration with its task: trains and evaluates one network. Use a session from one thread at a time; several
/// sessions may be used from several threads at once. The context must outlive it.
class Session {
 public:
  /// Opens the task of the configuration (task.name) from its plugin. Throws ConfigError, UsageError or PluginError,
  /// and DataError if the task's data are missing or damaged.
  Session(const Context& context, const Config& config);
  /// Uses `data` as the task; the configuration must not have a table [task].
  Session(const Context& context, const Config& config, const DataSet& data);
  /// Uses a task that this process has made, in place of a plugin; see hetsyn_task.h. The table must stay valid as long
  /// as the session. Throws UsageError if task.name is another task.
  Session(const Context& context, const Config& config, const hetsyn_task& task);
  /// Opens the run in a directory, with the task from its plugin, or with `task`.
  static Session open(const Context& context, const std::filesystem::path& run, const hetsyn_task* task = nullptr);
  ~Session();
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;

  [[nodiscard]] const TaskFacts& task() const;
  [[nodiscard]] NetworkFacts network() const;
  /// The memory that a training would need, by purpose, estimated without allocating it; the last row is the peak of
  /// the process.
  [[nodiscard]] std::vector<MemoryUsage> memory() const;
  /// The checked configuration with all its keys, as TOML.
  [[nodiscard]] std::string config_text() const;

  /// Blocks until the training ends or the context is stopped. Throws UsageError if the directory already has a run,
  /// RunError if the training diverges or files cannot be written, and the exceptions of the task; existing files of
  /// the directory stay intact.
  TrainResult train(const TrainOptions& options = {});
  /// Evaluates the network that was trained in this session, or that of the opened run. Empty if the context was
  /// stopped. Throws UsageError if there is no trained network, ConfigError for a key that an evaluation cannot change.
  std::optional<Evaluation> evaluate(const EvaluateOptions& options = {});
  /// Records single samples, by their place in the set, as evaluate() computes them; without `samples` the first ten.
  /// Empty if the context was stopped. Throws as evaluate(), and UsageError for a sample that the set does not have.
  std::optional<RecordedSamples> record(std::span<const std::size_t> samples = {}, const EvaluateOptions& options = {});
  /// Writes such recordings to an HDF5 file (docs/activity.md). Returns false, without a file, if the context was
  /// stopped. Also throws UsageError if the file exists and `replace` is false, RunError if it cannot be written.
  bool export_activity(const std::filesystem::path& file, std::span<const std::size_t> samples = {},
                       const EvaluateOptions& options = {}, bool replace = false);
  /// Calls the functions of the task as the engine does, with at most `samples` samples of each split, and returns what
  /// it found as JSON, as `engine check --json` prints it.
  [[nodiscard]] std::string check_task(std::size_t samples = 200) const;
  /// An array of the trained network; see Network::read().
  [[nodiscard]] std::vector<float> read(const std::string& array, const std::string& checkpoint = "best") const;

  struct State;

 private:
  explicit Session(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hetsyn
