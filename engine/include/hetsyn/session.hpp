#pragma once
#include <hetsyn/configuration.hpp>
#include <hetsyn/context.hpp>
#include <hetsyn/dataset.hpp>
#include <hetsyn/exceptions.hpp>
#include <hetsyn/network.hpp>
#include <hetsyn/results.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hetsyn {

/// How to train. The functions are called from the thread that trains; an exception that one throws ends the training
/// and reaches the caller.
struct TrainOptions {
  /// Where config.toml, metrics.jsonl, summary.json, log.txt and checkpoints go; empty: nowhere, and the networks of
  /// the best and the last epoch are kept in memory.
  std::filesystem::path directory = {};
  Existing existing = Existing::refuse;
  std::function<void(const StepRecord& step)> on_step = {};
  std::function<void(const std::string& split, std::size_t samples_done, std::size_t samples)> on_evaluation = {};
  std::function<void(const EpochRecord& epoch)> on_epoch = {};
};

struct TrainResult {
  RunEnd end = RunEnd::finished;
  std::optional<EpochRecord> last = {}, best = {};  ///< best on the set that selects; see train.protocol
  std::string selection = {};                       ///< "validation accuracy": what the best epoch was selected by
};

struct EvaluateOptions {
  std::string split = "test";       ///< "train", "validation" or "test"
  std::string checkpoint = "best";  ///< "best" or "last"
  /// Keys that the evaluation changes: damage ({"perturb.deletion", 0.3}), or what decides the samples.
  std::vector<std::pair<std::string, Value>> set = {};
};

struct Evaluation {
  SplitMetrics metrics = {};
  std::size_t samples = 0;
  std::uint64_t epoch = 0, step = 0;  ///< when the network was kept
  Activity activity = {};
  std::size_t classes = 0;                    ///< 0: not a classification
  std::vector<std::uint64_t> confusion = {};  ///< [classes][classes]: label, decision
  std::string json = {};                      ///< all of it, as `engine eval --json` prints it
};

struct MemoryUsage {
  std::string name = {};
  std::size_t bytes = 0;
};

struct TaskFacts {
  std::string name = {}, data_name = {};
  bool standin = false;  ///< the data are made up, in place of a corpus that was not found
  std::size_t inputs = 0, outputs = 0, steps = 0;
  double dt_ms = 1.0;
  std::vector<std::pair<std::string, std::uint64_t>> splits = {};  ///< name, samples
  std::vector<std::string> metrics = {};
};

/// A configuration with its task: trains and evaluates one network. A session is used by one thread at a time; several
/// sessions by several threads at once. The context outlives it.
class Session {
 public:
  /// The task of the configuration (task.name), from a plugin. Throws ConfigError, UsageError, PluginError, and
  /// DataError where the task's data are missing or damaged.
  Session(const Context& context, const Config& config);
  /// A task of one's own arrays; the configuration has no [task].
  Session(const Context& context, const Config& config, const DataSet& data);
  /// The run that a directory holds, with the task from a plugin.
  static Session open(const Context& context, const std::filesystem::path& run);
  ~Session();
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;

  [[nodiscard]] const TaskFacts& task() const;
  [[nodiscard]] NetworkFacts network() const;
  /// What a training will take, by purpose, without taking it; the last row is the peak of the process.
  [[nodiscard]] std::vector<MemoryUsage> memory() const;
  /// The checked configuration with all its keys, as TOML.
  [[nodiscard]] std::string config_text() const;

  /// Trains to the end or until the context is stopped. Throws UsageError where a run is in the way, RunError where the
  /// training diverges or files cannot be written, and what the task throws; what a directory held before stays whole.
  TrainResult train(const TrainOptions& options = {});
  /// Evaluates the network that was trained, in this session or in the run that it opened. Empty where the context was
  /// stopped. Throws UsageError before a training, ConfigError for a key that an evaluation cannot change.
  std::optional<Evaluation> evaluate(const EvaluateOptions& options = {});
  /// An array of the trained network, as Network::read().
  [[nodiscard]] std::vector<float> read(const std::string& array, const std::string& checkpoint = "best") const;

  struct State;

 private:
  explicit Session(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hetsyn
