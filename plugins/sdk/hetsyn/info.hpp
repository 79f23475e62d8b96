#pragma once
#include <hetsyn_task.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hetsyn/config.hpp"

/// The description of a task for the engine.
namespace hetsyn::sdk {

inline constexpr std::uint32_t kMostSteps = HETSYN_MAX_STEPS;  ///< of a sample

/// Facts about a plugin that are known before the task is opened.
struct Description {
  std::string name;     ///< the name for --task, of letters, digits and '_'
  std::string summary;  ///< one sentence
  std::string version;  ///< of the plugin, "1.0.0"
  std::vector<Key> keys;
};

struct Split {
  enum class Role : std::int32_t {
    train = HETSYN_ROLE_TRAIN,
    validation = HETSYN_ROLE_VALIDATION,
    test = HETSYN_ROLE_TEST
  };
  std::string name;
  Role role = Role::train;
  std::uint64_t samples = 0;  ///< number of samples; suggested number if they are drawn
  bool drawn = false;         ///< samples are made from the seed of the request, and any index is valid
};

/// One term of the loss; the total is Σ weight · loss. Formulas: hetsyn_task.h.
struct Loss {
  std::int32_t id = HETSYN_LOSS_LAST_STEP;
  double weight = 1.0;
  double parameter = 0.0;

  /// Cross-entropy of softmax(Σ_t softmax(y[t])); the first `skip_steps` steps are left out of the sum.
  static Loss softmax_sum(std::uint32_t skip_steps = 0, double weight = 1.0) {
    return {HETSYN_LOSS_SOFTMAX_SUM, weight, static_cast<double>(skip_steps)};
  }
  /// Cross-entropy of softmax(y[T−1]).
  static Loss last_step(double weight = 1.0) { return {HETSYN_LOSS_LAST_STEP, weight, 0.0}; }
  /// Cross-entropy of softmax(Σ_t z[t] / spikes_per_logit) for a spiking readout.
  static Loss spike_count(double spikes_per_logit = 1.0, double weight = 1.0) {
    return {HETSYN_LOSS_SPIKE_COUNT, weight, spikes_per_logit};
  }
  /// Mean over steps and outputs of (y − target)².
  static Loss trace_mse(double weight = 1.0) { return {HETSYN_LOSS_TRACE_MSE, weight, 0.0}; }
  /// Mean over hidden neurons of ((rate − target) / target)².
  static Loss rate(double target_hz, double weight) { return {HETSYN_LOSS_RATE, weight, target_hz}; }
  /// The loss that Task::loss computes.
  static Loss callback(double weight = 1.0) { return {HETSYN_LOSS_CALLBACK, weight, 0.0}; }
};

/// How a class is decided: the argmax of the scores of which the loss takes the softmax; of equal scores, the first.
struct Decision {
  std::int32_t loss = HETSYN_LOSS_LAST_STEP;
  double parameter = 0.0;

  /// argmax_k Σ_{t ≥ skip} softmax(y[t])_k
  static Decision softmax_sum(std::uint32_t skip_steps = 0) {
    return {HETSYN_LOSS_SOFTMAX_SUM, static_cast<double>(skip_steps)};
  }
  /// argmax_k y_k[T−1]
  static Decision last_step() { return {HETSYN_LOSS_LAST_STEP, 0.0}; }
  /// argmax_k Σ_t z_k[t], of a spiking readout
  static Decision spike_count() { return {HETSYN_LOSS_SPIKE_COUNT, 0.0}; }
};

/// A metric that Task::metrics() computes, or one that the engine computes.
struct MetricInfo {
  std::string name;  ///< "accuracy", "mse", …; the first metric of a task selects models
  std::string unit;  ///< empty for none
  bool higher_is_better = true;
  std::int32_t id = HETSYN_METRIC_OWN;
  Decision decision = {};

  /// Fraction of samples whose decided class is their label.
  static MetricInfo accuracy(Decision decision, std::string name = "accuracy") {
    return {std::move(name), "", true, HETSYN_METRIC_ACCURACY, decision};
  }
  /// Mean over samples, steps and outputs of (y − target)²; needs targets = outputs.
  static MetricInfo mean_squared_error(std::string name = "mse", std::string unit = "") {
    return {std::move(name), std::move(unit), false, HETSYN_METRIC_TRACE_MSE, {}};
  }
  [[nodiscard]] bool is_own() const { return id == HETSYN_METRIC_OWN; }
};

struct Info {
  bool analog = false;           ///< input: analog values per step; otherwise spikes
  std::uint32_t inputs = 0;      ///< channels
  std::uint32_t outputs = 0;     ///< readout neurons K
  std::uint32_t steps = 0;       ///< T
  bool spiking_readout = false;  ///< readout neurons spike; otherwise they are leaky integrators
  double dt_ms = 1.0;            ///< suggested Δt of the network
  double step_ms = 1.0;          ///< duration of one step in the data's own time
  std::uint32_t targets = 0;     ///< columns of the target trace; 0: none
  std::vector<Split> splits;
  std::vector<Loss> losses;
  std::vector<MetricInfo> metrics;      ///< the task's own ones in the order of Metrics::values()
  std::string data_name = "generated";  ///< the name of the data in results
  bool standin = false;                 ///< a synthetic corpus replaces the real one
  bool static_samples = false;          ///< fill() does not depend on the request's seed
  std::uint64_t skipped = 0;            ///< samples left out because their files are damaged
  std::string skipped_why;              ///< a sentence with the first few of them and the reasons; empty: none
  /// A digest of the data, independent of their name, place and presentation. If it is empty, the engine makes one from
  /// the numbers, labels and groups of the samples and from a few of their inputs.
  std::string data_digest;
  std::vector<std::string> class_names;  ///< [outputs], or empty where classes have no names
  std::vector<std::string> group_names;  ///< of SampleInfo::group; or empty
  std::uint64_t events = 0;              ///< events in the files, all splits together; 0: unknown, or drawn
  std::uint64_t events_lost =
      0;  ///< events among them that never reach the network because their time or channel is excluded
};

/// Label and group of a sample, without the sample itself.
struct SampleInfo {
  std::int32_t label = -1;  ///< class; −1: none
  std::int32_t group = -1;  ///< speaker, writer, …; −1: none. A held-out validation set may keep whole groups apart.
};

}  // namespace hetsyn::sdk
