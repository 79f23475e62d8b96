#include "cli/sweep_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <hetsyn/exceptions.hpp>

#include "cli/interrupt.hpp"
#include "cli/log.hpp"
#include "cli/ranks.hpp"
#include "cli/setup.hpp"
#include "cli/train.hpp"
#include "config/identity.hpp"
#include "config/ineffective_keys.hpp"
#include "core/json_file.hpp"
#include "core/json_text.hpp"
#include "core/memory_error.hpp"
#include "core/version.hpp"
#include "run/evaluation.hpp"
#include "run/run_directory.hpp"
#include "sweep/json.hpp"

namespace hetsyn::cli {
namespace {

using Json = nlohmann::ordered_json;

bool is_trained(const std::filesystem::path& run) {
  const std::filesystem::path summary = run / "summary.json";
  if (!std::filesystem::exists(summary)) return false;
  const std::string status = read_json_object(summary).at("status").text();
  return status == "finished" || status == "early_stop" || status == "max_steps";
}

/// Returns kExitSuccess if the model is trained.
int train_model(const SweepContext& context, const SweepModel& model) {
  const std::filesystem::path run = context.directory.run(model.hash);
  if (is_trained(run)) return kExitSuccess;
  Options options = context.options;
  options.task = context.sweep.task;
  options.out = run.string();
  options.resume = true;
  ConfigDocument document = with_threads(model.document, context.threads);
  apply_override(document, "run", "out", ConfigValue{run.string(), {"engine sweep"}});
  return train_run(options, document, context.host, single_process());
}

/// The content of the file of a point: the evaluation, and facts about the training.
std::string point_json(const SweepModel& model, const SweepPoint& point, const JsonValue& summary,
                       const Json& evaluation, double seconds) {
  Json out{{"hash", point.hash}, {"model", model.hash}, {"status", "finished"}, {"engine", engine_version()}};
  out["settings"] = settings_json(point.settings);
  out["task"] = summary.at("task").text();
  for (const char* key : {"seed", "parameters"}) out[key] = summary.at(key).count();
  out["neuron"] = summary.at("model").text();
  out["metric"] = summary.at("selection").at("metric").text();
  out["training"] = {{"status", summary.at("status").text()},
                     {"epochs", summary.at("epochs").count()},
                     {"steps", summary.at("steps").count()},
                     {"seconds", summary.at("seconds").number()}};
  out.update(evaluation);
  out["seconds"] = seconds;
  return json_text(out, 2) + "\n";
}

/// Evaluates the points of a trained model. It opens the task once for all points with the same samples.
class Evaluator {
 public:
  Evaluator(const SweepContext& context, const SweepModel& model)
      : context_(context),
        model_(model),
        plugin_(context.host.find(context.sweep.task)),
        run_(context.directory.run(model.hash)),
        summary_(read_json_object(run_ / "summary.json")),
        opened_(read_config(with_threads(model.document, context.threads), plugin_.name, plugin_.keys)),
        task_(open_task(plugin_, opened_, model.document, task_places())) {}

  /// Returns kExitSuccess, kExitFailure or kExitInterrupted.
  int evaluate(const SweepPoint& point, const std::atomic<bool>& stop) {
    const auto start = std::chrono::steady_clock::now();
    try {
      const ConfigDocument document = with_threads(point_document(model_, point), context_.threads);
      RunConfig config = read_config(document, plugin_.name, plugin_.keys);
      open_for(config, document);
      resolve(config, task_->info());
      warn(ineffective_keys(document, config, &task_->info(), "perturb."));
      const RunConfig recorded = recorded_config(run_, &plugin_, task_->info());
      const std::string checkpoint = (run_ / "checkpoints" / (context_.sweep.checkpoint + ".h5")).string();
      const EvaluationRequest request{*task_, recorded, config, checkpoint, context_.sweep.split};
      const auto report = placing_errors(document, [&] {
        return needing_memory_for("evaluating the network",
                                  [&] { return evaluate_run(prepare_evaluation(request), stop); });
      });
      if (!report) return kExitInterrupted;
      const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
      const JsonValue evaluation = JsonValue::parse(evaluation_json(config, *report), "evaluation");
      context_.directory.write_point(point.hash,
                                     point_json(model_, point, summary_, evaluation.json(), seconds.count()));
      return kExitSuccess;
    } catch (const Error& error) {
      log::write(log::Level::error, error.what());
      context_.directory.write_failure(point.hash, point.settings, error.what());
      return kExitFailure;
    }
  }

 private:
  /// Opens the task again if the point needs other samples than the previous one.
  void open_for(const RunConfig& config, const ConfigDocument& document) {
    if (task_differences(opened_, config).empty()) return;
    task_ = open_task(plugin_, config, document, task_places());
    opened_ = config;
  }

  const SweepContext& context_;
  const SweepModel& model_;
  const TaskPlugin& plugin_;
  std::filesystem::path run_;
  JsonValue summary_;
  RunConfig opened_;  ///< the config with which the task was opened
  std::shared_ptr<const Task> task_;
};

int evaluate_points(const SweepContext& context, const SweepModel& model) {
  const std::atomic<bool>& stop = stop_on_signal();
  Evaluator evaluator(context, model);
  int worst = kExitSuccess;
  for (const SweepPoint& point : model.points) {
    if (context.directory.state(model, point) != PointState::missing) continue;
    const int code = evaluator.evaluate(point, stop);
    if (code == kExitInterrupted) return code;
    worst = std::max(worst, code);
  }
  return worst;
}

}  // namespace

ConfigDocument with_threads(ConfigDocument document, int threads) {
  const ConfigValue* run = find(document, "run");
  const auto* keys = run == nullptr ? nullptr : run->as<ConfigValue::Table>();
  if (keys == nullptr || find(*keys, "threads") == nullptr) {
    apply_override(document, "run", "threads", ConfigValue{std::int64_t{threads}, {"engine sweep --jobs"}});
  }
  return document;
}

int work_on_model(const SweepContext& context, const SweepModel& model) {
  std::string reason;
  try {
    const int trained = train_model(context, model);
    return trained == kExitSuccess ? evaluate_points(context, model) : trained;
  } catch (...) {
    reason = current_failure().message;
  }
  log::write(log::Level::error, reason);
  context.directory.write_failure(model.hash, model.settings, reason);
  return kExitFailure;
}

}  // namespace hetsyn::cli
