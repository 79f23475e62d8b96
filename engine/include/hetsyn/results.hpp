#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The numbers that trainings and evaluations give. They hold no times of day or durations: equal runs give equal
/// records.
namespace hetsyn {

struct NamedMetric {
  std::string name = {};  ///< "accuracy", "loss", "firing_rate_hz", "firing_rate_hz_hidden1", …
  double value = 0.0;
  bool operator==(const NamedMetric&) const = default;
};

/// Metrics of one set of samples: the task's, in its order, then the engine's (loss, firing rates).
struct SplitMetrics {
  std::string split = {};  ///< "train", "validation", "test"
  std::vector<NamedMetric> metrics = {};
  bool operator==(const SplitMetrics&) const = default;

  /// Empty where there is no such metric.
  [[nodiscard]] std::optional<double> metric(std::string_view name) const {
    for (const NamedMetric& each : metrics) {
      if (each.name == name) return each.value;
    }
    return std::nullopt;
  }
};

/// The end of an epoch. Training metrics are means over the epoch's batches, taken while the parameters change and
/// with dropout; validation and test are evaluated after the epoch's last step, and absent in epochs without
/// evaluation.
struct EpochRecord {
  std::uint64_t epoch = 0;     ///< 1, 2, …
  std::uint64_t step = 0;      ///< optimizer steps so far in the run
  double learning_rate = 0.0;  ///< of the weights in the epoch's last step
  std::vector<SplitMetrics> splits = {};
  bool provisional = false;  ///< evaluated because train.max_steps ended the run here; a longer run forgets it
  bool operator==(const EpochRecord&) const = default;

  /// Null where the split was not evaluated.
  [[nodiscard]] const SplitMetrics* split(std::string_view name) const {
    for (const SplitMetrics& metrics : splits) {
      if (metrics.split == name) return &metrics;
    }
    return nullptr;
  }
  /// Empty where split or metric is absent.
  [[nodiscard]] std::optional<double> metric(std::string_view split_name, std::string_view metric_name) const {
    const SplitMetrics* const found = split(split_name);
    return found == nullptr ? std::nullopt : found->metric(metric_name);
  }
};

/// One optimizer step, as it happens.
struct StepRecord {
  std::uint64_t epoch = 0;           ///< 1, 2, …
  std::uint64_t step_in_epoch = 0;   ///< 1, 2, …
  std::uint64_t steps_in_epoch = 0;  ///< of the whole epoch (fewer where the run ends within it)
  std::uint64_t step = 0;            ///< optimizer steps so far in the run
  std::uint64_t total_steps = 0;     ///< of the whole run, max_steps included
  std::size_t samples = 0;           ///< of this step
  double loss = 0.0;
  double learning_rate = 0.0;             ///< of the weights
  double gradient_norm = 0.0;             ///< before clipping; 0 where gradient_clip is off
  std::vector<NamedMetric> metrics = {};  ///< the task's, of this step's samples
};

enum class RunEnd : std::uint8_t {
  finished,    ///< all epochs or iterations
  max_steps,   ///< train.max_steps
  early_stop,  ///< train.patience
  interrupted  ///< Context::stop(); the last checkpoint continues the run
};

/// What to do with a run directory that exists.
enum class Existing : std::uint8_t {
  refuse,
  resume,  ///< go on with the run in it
  replace  ///< remove the run in it first
};

/// What an inference (one sample, all T steps) takes in a population, as means over samples.
struct PopulationActivity {
  std::string name = {};
  std::size_t neurons = 0;
  double rate_hz = 0.0;  ///< spikes per neuron and second of the network's time; 0 for an integrating readout
  double spikes = 0.0;
  /// Additions of a weight to a current: each event that arrives at a population counts once for every synapse that it
  /// reaches. Events are the spikes (or non-zero analog values) of the population below and the population's own spikes
  /// where it is recurrent; absent self-connections do not count.
  double synaptic_operations = 0.0;
  /// Multiplications of a state by its decay, T times the number of states: a current per synapse (hetsyn_lif) or per
  /// neuron (the others), and in spiking populations a reset current and, with adaptation, an adaptation current per
  /// neuron. They do not depend on the activity.
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
