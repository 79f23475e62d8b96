#pragma once
#include <cstddef>
#include <cstdint>
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

/// A run, described: what a config says after it was checked. config/schema.hpp lists the keys.
namespace hetsyn {

/// Which long time constants are replaced.
enum class ReplacedDecays : std::uint8_t {
  all,
  input  ///< those of the synapses from the input channels alone
};

/// [perturb]: damage at test time. Applied by evaluations of a trained network, never in training.
struct PerturbSettings {
  SpikePerturbation spikes;                    ///< deletion, addition, jitter_ms and the seed of all draws below
  double warp_log2 = 0.0;                      ///< time warp α, log2 α ~ U(−warp_log2, warp_log2)
  double weight_noise = 0.0;                   ///< relative s.d. of noise on all w
  double decay_noise = 0.0;                    ///< relative s.d. of noise on all r
  std::optional<double> replace_tau_above_ms;  ///< longer synaptic time constants are replaced …
  std::optional<double> replace_tau_with_ms;   ///< … with this one; absent: the mean of the initial distribution
  ReplacedDecays replace_tau_in = ReplacedDecays::all;

  [[nodiscard]] bool none() const {
    return spikes.none() && warp_log2 == 0.0 && weight_noise == 0.0 && decay_noise == 0.0 && !replace_tau_above_ms;
  }
};

/// [run]: where and how to compute.
struct RunSettings {
  std::string device = "auto";
  std::string instruction_set = "auto";     ///< of the cpu backend
  int threads = 0;                          ///< 0: all cores
  std::optional<std::string> out;           ///< run directory; absent: a new one under runs/
  std::uint64_t snapshot_every_epochs = 0;  ///< checkpoints to keep, besides last and best; 0: none
  std::uint64_t sample_cache_mb = 1024;     ///< memory for samples of a fixed data set
};

struct RunConfig {
  std::string task;
  std::vector<NamedValue> task_values;  ///< [task]: all keys of the task's schema, in its order
  NetworkSpec model;
  std::optional<double> dt_ms;          ///< absent: the task's
  std::optional<bool> spiking_readout;  ///< absent: the task's
  TrainSettings train;
  PerturbSettings perturb;
  RunSettings run;
};

/// A config as written, from a file and options, before it is checked.
using ConfigDocument = ConfigValue::Table;

/// `task.name` of a document; empty where it has none. Throws ConfigError where it is not a text.
std::string task_name(const ConfigDocument& document);

/// Checks a document and fills in defaults. `task_keys` is the schema of the task's own keys. Throws ConfigError with
/// place, key and what was expected; unknown keys and tables are errors.
RunConfig read_config(const ConfigDocument& document, const std::string& task, std::span<const KeySpec> task_keys);

/// Takes from the opened task what the config left to it (Δt, readout) and the sizes of the network, and gives the keys
/// that were left open the values that follow from the others: a recorded config says what was computed.
void resolve(RunConfig& config, const TaskInfo& task);

/// The config as TOML; reading it again gives the same run. `run.out` is left out: it names the place, not the run.
std::string write_config(const RunConfig& config);

/// The same error with the place where its key was written in front, for checks that know keys but not files.
ConfigError with_place(const ConfigError& error, const ConfigDocument& document);

}  // namespace hetsyn
