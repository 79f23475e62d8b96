#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The results of trainings and evaluations. They contain no times of day or durations, so that equal runs give equal
/// records.
namespace hetsyn {

struct NamedMetric {
  std::string name = {};  ///< "accuracy", "loss", "firing_rate_hz", "firing_rate_hz_hidden1", …
  double value = 0.0;
  bool operator==(const NamedMetric&) const = default;
};

/// The metrics of one set of samples: those of the task in its order, then those of the engine (loss, firing rates).
struct SplitMetrics {
  std::string split = {};  ///< "train", "validation", "test"
  std::vector<NamedMetric> metrics = {};
  bool operator==(const SplitMetrics&) const = default;

  /// Empty if there is no such metric.
  [[nodiscard]] std::optional<double> metric(std::string_view name) const {
    for (const NamedMetric& each : metrics) {
      if (each.name == name) return each.value;
    }
    return std::nullopt;
  }
};

/// The results of an epoch. Training metrics are means over the epoch's batches, computed while the parameters change
/// and with dropout; validation and test metrics are computed after the epoch's last step, and are absent in epochs
/// without evaluation.
struct EpochRecord {
  std::uint64_t epoch = 0;     ///< 1, 2, …
  std::uint64_t step = 0;      ///< optimizer steps so far in the run
  double learning_rate = 0.0;  ///< of the weights, in the epoch's last step
  std::vector<SplitMetrics> splits = {};
  bool provisional = false;  ///< evaluated because train.max_steps ended the run here; a longer run drops this record
  bool operator==(const EpochRecord&) const = default;

  /// Null if the split was not evaluated.
  [[nodiscard]] const SplitMetrics* split(std::string_view name) const {
    for (const SplitMetrics& metrics : splits) {
      if (metrics.split == name) return &metrics;
    }
    return nullptr;
  }
  /// Empty if split or metric is missing.
  [[nodiscard]] std::optional<double> metric(std::string_view split_name, std::string_view metric_name) const {
    const SplitMetrics* const found = split(split_name);
    return found == nullptr ? std::nullopt : found->metric(metric_name);
  }
};

/// The result of one optimizer step.
struct StepRecord {
  std::uint64_t epoch = 0;           ///< 1, 2, …
  std::uint64_t step_in_epoch = 0;   ///< 1, 2, …
  std::uint64_t steps_in_epoch = 0;  ///< steps of the whole epoch (the run may end before)
  std::uint64_t step = 0;            ///< optimizer steps so far in the run
  std::uint64_t total_steps = 0;     ///< steps of the whole run, at most max_steps
  std::size_t samples = 0;           ///< in this step
  double loss = 0.0;
  double learning_rate = 0.0;             ///< of the weights
  double gradient_norm = 0.0;             ///< before clipping; 0 if gradient_clip is off
  std::vector<NamedMetric> metrics = {};  ///< those of the task, for this step's samples
};

enum class RunEnd : std::uint8_t {
  finished,    ///< all epochs or iterations
  max_steps,   ///< train.max_steps
  early_stop,  ///< train.patience
  interrupted  ///< Context::stop(); the last checkpoint continues the run
};
/// "finished", "max_steps", "early_stop" or "interrupted", as in summary.json.
constexpr std::string_view run_end_name(RunEnd end) {
  switch (end) {
    case RunEnd::finished: return "finished";
    case RunEnd::max_steps: return "max_steps";
    case RunEnd::early_stop: return "early_stop";
    case RunEnd::interrupted: break;
  }
  return "interrupted";
}

/// What to do if the run directory exists.
enum class Existing : std::uint8_t {
  refuse,
  resume,  ///< continue the run in it
  replace  ///< remove the run in it first
};

/// The activity of a population and the operations that it causes in one inference (one sample, all T steps), as means
/// over samples.
struct PopulationActivity {
  std::string name = {};
  std::size_t neurons = 0;
  double rate_hz = 0.0;  ///< spikes per neuron and second of the network's time; 0 for an integrating readout
  double spikes = 0.0;
  /// Additions of a weight to a current: each event that reaches a population counts once for every synapse that it
  /// passes. Events are the spikes (or non-zero analog values) of the population below and, in recurrent populations,
  /// their own spikes; absent self-connections do not count.
  double synaptic_operations = 0.0;
  /// Multiplications of a state by its decay: T times the number of states. The states are a current per synapse
  /// (hetsyn_lif) or per neuron (other models), and in spiking populations a reset current and, with adaptation, an
  /// adaptation current per neuron. They do not depend on the activity.
  double decay_updates = 0.0;
};

struct Activity {
  double input_events = 0.0;  ///< per inference; non-zero values of analog input
  std::vector<PopulationActivity> populations = {};

  [[nodiscard]] double spikes() const { return sum(&PopulationActivity::spikes); }
  [[nodiscard]] double synaptic_operations() const { return sum(&PopulationActivity::synaptic_operations); }
  [[nodiscard]] double decay_updates() const { return sum(&PopulationActivity::decay_updates); }

 private:
  [[nodiscard]] double sum(double PopulationActivity::*value) const {
    double total = 0.0;
    for (const PopulationActivity& population : populations) total += population.*value;
    return total;
  }
};

}  // namespace hetsyn
