#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <hetsyn/exceptions.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/config_value.hpp"
#include "core/config_key.hpp"
#include "data/perturbation.hpp"
#include "data/task_port.hpp"
#include "network/spec.hpp"
#include "training/settings.hpp"

/// The configuration of a run after it was checked. config/schema.hpp lists the keys.
namespace hetsyn {

/// Which of the long time constants are replaced.
enum class ReplacedDecays : std::uint8_t {
  all,
  input  ///< only those of the synapses from the input channels
};

/// What initial weights are scaled to.
enum class WeightScaling : std::uint8_t {
  fan_in,      ///< the number of inputs
  decay_aware  ///< also what their synapses make of the training samples; see run/initial_scaling.hpp
};

/// [perturb]: damage at test time. Only evaluations of a trained network apply it, never a training.
struct PerturbSettings {
  SpikePerturbation spikes;                    ///< deletion, addition, jitter_ms and the seed of all draws below
  double warp_log2 = 0.0;                      ///< time warp α, log2 α ~ U(−warp_log2, warp_log2)
  double weight_noise = 0.0;                   ///< relative s.d. of noise on all w
  double decay_noise = 0.0;                    ///< relative s.d. of noise on all r
  std::optional<double> replace_tau_above_ms;  ///< longer synaptic time constants are replaced …
  std::optional<double> replace_tau_with_ms;   ///< … by this one; absent: by the mean of the initial distribution
  ReplacedDecays replace_tau_in = ReplacedDecays::all;

  [[nodiscard]] bool none() const {
    return spikes.none() && warp_log2 == 0.0 && weight_noise == 0.0 && decay_noise == 0.0 && !replace_tau_above_ms;
  }
};

/// [run]: where and how to compute.
struct RunSettings {
  std::string device = "auto";
  std::string instruction_set = "auto";  ///< of the cpu backend
  int threads = 0;                       ///< 0: all cores
  std::optional<std::string> out;        ///< run directory; absent: a new one under runs/
  std::uint64_t snapshot_every_epochs =
      0;                                 ///< epochs between checkpoints that are kept, besides last and best; 0: none
  std::uint64_t sample_cache_mb = 1024;  ///< memory for samples of a fixed data set
  bool report = false;                   ///< write a page when the training has ended
};

struct RunConfig {
  std::string task;
  std::vector<NamedValue> task_values;  ///< [task]: all keys of the task's schema, in the order of the schema
  NetworkSpec model;
  std::optional<std::filesystem::path> initial;  ///< a file with parameters to start from; absent: train.seed draws all
  WeightScaling weight_scaling = WeightScaling::fan_in;
  std::optional<double> dt_ms;  ///< as written; absent: what the task suggests. resolve() sets model.dt_ms
  std::optional<bool>
      spiking_readout;  ///< as written; absent: what the task suggests. resolve() sets model.spiking_readout
  TrainSettings train;
  PerturbSettings perturb;
  RunSettings run;
};

/// A configuration as it was written, in a file and options, before it is checked.
using ConfigDocument = ConfigValue::Table;

/// The value of `task.name`; empty if there is none. Throws ConfigError if it is not a text.
std::string task_name(const ConfigDocument& document);

/// Checks a document and adds defaults. `task_keys` is the schema of the task's own keys. Throws ConfigError, which
/// names place, key and what was expected, also for unknown keys and tables.
RunConfig read_config(const ConfigDocument& document, const std::string& task, std::span<const KeySpec> task_keys);

/// Sets what the opened task determines (Δt and readout, if they are absent, and the sizes of the network), and gives
/// absent keys the values that follow from other keys, so that a recorded config states everything that was computed.
void resolve(RunConfig& config, const TaskInfo& task);

/// The config as TOML; reading it gives the same run. Without `run.out`, which is the place of a run and not a part of
/// it.
std::string write_config(const RunConfig& config);

/// The table [model] of write_config() alone, without `initial` and `weight_scaling`: what describes a network, with
/// its parameters beside it.
std::string write_model(const RunConfig& config);

/// The same error, with the place where its key was written added in front. For checks that know keys but not files.
ConfigError with_place(const ConfigError& error, const ConfigDocument& document);

}  // namespace hetsyn
