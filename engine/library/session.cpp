#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <hetsyn/exceptions.hpp>
#include <hetsyn/session.hpp>
#include <map>

#include "config/identity.hpp"
#include "data/check/task_check.hpp"
#include "data/task_checks.hpp"
#include "host/load_plugin.hpp"
#include "library/array_task.hpp"
#include "library/config.hpp"
#include "library/network.hpp"
#include "run/evaluation.hpp"
#include "run/hdf5_place.hpp"
#include "run/opened_run.hpp"
#include "run/parameter_arrays.hpp"
#include "run/recording.hpp"
#include "run/recording_file.hpp"

namespace hetsyn {
namespace {

/// Calls the functions of TrainOptions, and keeps the networks of a training without a directory.
class SessionObserver : public TrainingObserver {
 public:
  SessionObserver(const TrainOptions& options, std::map<std::string, Checkpoint>* kept)
      : options_(options), kept_(kept) {}

  void on_step(const StepRecord& record) override {
    if (options_.on_step) options_.on_step(record);
  }
  void on_evaluation(const std::string& split, std::size_t samples_done, std::size_t samples) override {
    if (options_.on_evaluation) options_.on_evaluation(split, samples_done, samples);
  }
  void on_epoch(const EpochRecord& record) override {
    if (options_.on_epoch) options_.on_epoch(record);
  }
  void on_checkpoint(CheckpointKind kind, Checkpoint& checkpoint) override {
    if (kept_ != nullptr) (*kept_)[kind == CheckpointKind::best ? "best" : "last"] = checkpoint;
  }

 private:
  const TrainOptions& options_;
  std::map<std::string, Checkpoint>* kept_;
};

/// While it exists, the messages of a log are also appended to a file.
class LogCopy {
 public:
  LogCopy(Log& log, const std::filesystem::path& file) : log_(log) { log_.copy_to(file); }
  ~LogCopy() { log_.copy_to({}); }
  LogCopy(const LogCopy&) = delete;
  LogCopy& operator=(const LogCopy&) = delete;

 private:
  Log& log_;
};

std::string joined(const std::vector<std::filesystem::path>& paths) {
  std::string out;
  for (const std::filesystem::path& path : paths) out += (out.empty() ? "" : ":") + path.string();
  return out;
}

TaskFacts facts_of(const TaskInfo& info) {
  TaskFacts facts{info.name, info.data_name, info.standin, info.inputs, info.outputs, info.steps, info.dt_ms, {}, {}};
  for (const Split& split : info.splits) facts.splits.emplace_back(split.name, split.samples);
  for (const MetricInfo& metric : info.metrics) facts.metrics.push_back(metric.name);
  return facts;
}

Evaluation evaluation_of(const RunConfig& config, const EvaluationReport& report) {
  Evaluation out;
  out.metrics = report.metrics;
  out.samples = report.samples;
  out.epoch = report.epoch;
  out.step = report.step;
  out.activity = report.activity;
  out.json = evaluation_json(config, report);
  if (!report.confusion) return out;
  out.classes = report.confusion->classes();
  for (std::size_t label = 0; label < out.classes; ++label) {
    for (std::size_t decision = 0; decision < out.classes; ++decision) {
      out.confusion.push_back(report.confusion->count(label, decision));
    }
  }
  return out;
}

/// The parameters that a training starts from in place of those that train.seed draws.
std::optional<InitialParameters> initial_of(const OpenedRun& opened, const TrainOptions& options) {
  if (options.initial.empty()) return initial_parameters(opened, options.directory, options.existing);
  if (options.existing == Existing::resume) {
    throw UsageError("a run that is resumed goes on from its checkpoint; expected no initial arrays");
  }
  if (opened.config.initial) throw UsageError("initial arrays are given twice; expected no model.initial beside them");
  return given_parameters(options.initial, network_layout(opened.config.model));
}

}  // namespace

struct Session::State {
  explicit State(const Context& from) : context(from) {}

  /// Opens the task that the document names, from its plugin or from a table of this process.
  void open(const ConfigDocument& document, const hetsyn_task* table = nullptr) {
    plugin = table == nullptr ? found_plugin(task_name(document)) : described_plugin(task_name(document), *table);
    start(open_run(*plugin, document, read(document), places()));
  }
  /// Opens a data set instead of a task.
  void open(const ConfigDocument& document, const DataSet& data) {
    if (find(document, "task") != nullptr) {
      throw UsageError("a configuration for a data set has no [task]; expected task.name to be left out");
    }
    const std::shared_ptr<const Task> task = data.task();
    start(open_run(task, document, with_threads(read_config(document, task->info().name, {}))));
  }
  /// The opened configuration with other values of some keys.
  [[nodiscard]] OpenedRun with(const std::vector<std::pair<std::string, Value>>& values) const {
    ConfigDocument document = opened.document;
    for (const auto& [key, value] : values) set_key(document, key, value);
    RunConfig config = plugin ? read(document) : with_threads(read_config(document, facts.name, {}));
    const bool same_task = !plugin || task_differences(opened.config, config).empty();
    return same_task ? open_run(opened.task, std::move(document), std::move(config))
                     : open_run(*plugin, std::move(document), std::move(config), places());
  }
  [[nodiscard]] Checkpoint checkpoint(const std::string& which) const {
    const ParameterLayout layout = parameter_layout(network_layout(opened.config.model));
    if (!directory.empty()) return read_checkpoint(checkpoint_file(directory, which).string(), layout);
    if (which != "best" && which != "last") {
      throw UsageError(fmt::format("checkpoint \"{}\": expected best or last of a run in memory", which));
    }
    const auto kept = in_memory.find(which);
    if (kept == in_memory.end()) throw UsageError("no network was trained in this session; expected train() first");
    return kept->second;
  }

  /// Returns body() of the evaluation that can start.
  template <class Body>
  auto evaluating(const EvaluateOptions& options, const Body& body) const {
    const OpenedRun other = with(options.set);
    const std::string name =
        directory.empty() ? options.checkpoint : checkpoint_file(directory, options.checkpoint).string();
    const EvaluationRequest request{*other.task, opened.config, other.config, name, options.split};
    return placing_errors(other.document,
                          [&] { return body(prepare_evaluation(request, checkpoint(options.checkpoint))); });
  }

  const Context& context;
  Log log{context.options().log};
  std::optional<TaskPlugin> plugin;  ///< empty for a data set
  OpenedRun opened;
  TaskFacts facts;
  std::filesystem::path directory;              ///< of the run; empty: in memory, or not trained yet
  std::map<std::string, Checkpoint> in_memory;  ///< "best", "last"

 private:
  [[nodiscard]] TaskPlugin found_plugin(const std::string& name) const {
    if (name.empty()) throw UsageError("which task? expected task.name in the configuration, or a data set");
    std::vector<std::string> path;
    for (const std::filesystem::path& place : context.options().plugin_path) path.push_back(place.string());
    return find_task(PluginHost(plugin_search_path(path)), name, log);
  }
  [[nodiscard]] static TaskPlugin described_plugin(const std::string& name, const hetsyn_task& table) {
    TaskPlugin described = described_table(table, "made by this process");
    if (!name.empty() && name != described.name) {
      throw UsageError(fmt::format("task.name is \"{}\", and the task that was given is \"{}\"", name, described.name));
    }
    return described;
  }
  void start(OpenedRun run) {
    opened = std::move(run);
    facts = facts_of(opened.task->info());
    for (const std::string& warning : warnings_of(opened)) log.warning("{}", warning);
  }
  [[nodiscard]] RunConfig read(const ConfigDocument& document) const {
    return with_threads(read_config(document, plugin->name, plugin->keys));
  }
  /// Sets the context's number of threads if the config has none.
  [[nodiscard]] RunConfig with_threads(RunConfig config) const {
    if (config.run.threads == 0) config.run.threads = context.options().threads;
    return config;
  }
  [[nodiscard]] TaskPlaces places() const {
    const ContextOptions& options = context.options();
    const char* const variable = std::getenv("HETSYN_DATA");
    const std::string data = options.data_path.empty() && variable != nullptr ? variable : joined(options.data_path);
    return {data, options.cache_path.empty() ? default_cache_path() : options.cache_path, log};
  }
};

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

Session::Session(const Context& context, const Config& config) : state_(std::make_unique<State>(context)) {
  state_->open(config.document().tables);
}

Session::Session(const Context& context, const Config& config, const DataSet& data)
    : state_(std::make_unique<State>(context)) {
  state_->open(config.document().tables, data);
}

Session::Session(const Context& context, const Config& config, const hetsyn_task& task)
    : state_(std::make_unique<State>(context)) {
  state_->open(config.document().tables, &task);
}

Session Session::open(const Context& context, const std::filesystem::path& run, const hetsyn_task* task) {
  if (!is_run_directory(run)) throw UsageError(fmt::format("{}: is not a run directory", run.string()));
  auto state = std::make_unique<State>(context);
  state->open(read_toml_file((run / "config.toml").string()), task);
  state->directory = run;
  return Session(std::move(state));
}

const TaskFacts& Session::task() const { return state_->facts; }

NetworkFacts Session::network() const {
  const NetworkLayout network = network_layout(state_->opened.config.model);
  return network_facts(network, parameter_layout(network), state_->opened.config);
}

std::vector<MemoryUsage> Session::memory() const {
  const MemoryPlan plan = plan_memory(state_->opened);
  std::vector<MemoryUsage> rows;
  for (const MemoryRow& row : plan.rows) rows.push_back({row.name, row.bytes});
  rows.push_back({"peak", plan.peak()});
  return rows;
}

std::string Session::config_text() const { return write_config(state_->opened.config); }

TrainResult Session::train(const TrainOptions& options) {
  State& state = *state_;
  const OpenedRun& opened = state.opened;
  check_samples(*opened.task, opened.config.train.seed);
  const std::size_t planned = plan_memory(opened).peak();
  Run run = placing_errors(opened.document, [&] {
    return Run(*opened.task, opened.config, planned, single_process(), state.log, initial_of(opened, options));
  });
  TrainResult result;
  if (options.directory.empty()) {
    if (options.existing != Existing::refuse) throw UsageError("to resume or replace a run, expected its directory");
    SessionObserver observer(options, &state.in_memory);
    state.in_memory.clear();
    result.end = run.train(observer, state.context.stopped());
    state.directory.clear();
  } else {
    const RunDirectory directory(options.directory, options.existing);
    const TaskPlugin* const plugin = state.plugin ? &*state.plugin : nullptr;
    const auto continued = continued_run(run, directory, options.existing, opened, plugin, state.log);
    const LogCopy copy(state.log, directory.log());
    if (continued) run.resume(directory, continued->train);
    SessionObserver observer(options, nullptr);
    result.end = run.train(directory, observer, state.context.stopped());
    state.directory = directory.path();
  }
  const Selection& selection = run.facts().selection;
  const RunRecords records = run.records();
  result.last = records.last;
  result.best = records.best(selection);
  result.selection = selection.split + " " + selection.metric;
  return result;
}

std::optional<Evaluation> Session::evaluate(const EvaluateOptions& options) {
  return state_->evaluating(options, [&](const PreparedEvaluation& evaluation) -> std::optional<Evaluation> {
    const auto report = evaluate_run(evaluation, state_->context.stopped());
    if (!report) return std::nullopt;
    return evaluation_of(evaluation.config, *report);
  });
}

std::optional<RecordedSamples> Session::record(std::span<const std::size_t> samples, const EvaluateOptions& options) {
  return state_->evaluating(options, [&](const PreparedEvaluation& evaluation) {
    return record_samples(evaluation, samples, state_->context.stopped());
  });
}

bool Session::export_activity(const std::filesystem::path& file, std::span<const std::size_t> samples,
                              const EvaluateOptions& options, bool replace) {
  check_hdf5_place(file, replace, "replace=true");
  return state_->evaluating(options, [&](const PreparedEvaluation& evaluation) {
    return write_recordings(evaluation, samples, file, state_->context.stopped());
  });
}

std::string Session::check_task(std::size_t samples) const {
  if (samples == 0) throw UsageError("a check of 0 samples; expected 1 or more");
  const OpenedRun& opened = state_->opened;
  const TaskCheckOptions options{samples, opened.config.train.seed, opened.config.run.threads};
  return task_check_json(opened.task->info(), hetsyn::check_task(*opened.task, options));
}

std::vector<float> Session::read(const std::string& array, const std::string& checkpoint) const {
  const Checkpoint trained = state_->checkpoint(checkpoint);
  const ParameterLayout layout = parameter_layout(network_layout(state_->opened.config.model));
  const auto values = group_span(std::span<const float>(trained.parameters), group_named(layout, array));
  return {values.begin(), values.end()};
}

}  // namespace hetsyn
