#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/aligned.hpp"
#include "state/parameters.hpp"
#include "training/records.hpp"

/// The state of a run after an optimizer step, from which the run continues bit for bit. Random numbers are
/// counter-based, so that seed and counters are their whole state; gradients are zero at this point and are not stored.
namespace hetsyn {

/// Sums over the batches of an unfinished epoch; training metrics are these sums divided by `samples`.
struct EpochSums {
  std::uint64_t samples = 0;
  double loss = 0.0;             ///< Σ loss · samples
  std::vector<double> metrics;   ///< [task metrics] Σ metric · samples
  std::vector<double> rates_hz;  ///< [hidden populations] Σ mean firing rate · samples
  bool operator==(const EpochSums&) const = default;
};

struct TrainingProgress {
  std::uint64_t seed = 0;
  std::uint64_t epoch = 0;          ///< finished epochs
  std::uint64_t step_in_epoch = 0;  ///< optimizer steps done in the current epoch
  std::uint64_t step = 0;           ///< optimizer steps done in the run; also selects dropout masks and drawn samples
  std::uint64_t evaluations_without_improvement = 0;
  double learning_rate = 0.0;  ///< of the weights in the last step
  EpochSums sums;
  RunRecords records;
  bool operator==(const TrainingProgress&) const = default;
};

struct Checkpoint {
  std::string file = "the checkpoint";  ///< the file that it was read from, for messages
  // Texts that the observer sets before it writes the checkpoint.
  std::string config;                                 ///< the resolved config
  std::string data;                                   ///< identity of the data (run/data_json.hpp)
  std::string initial;                                ///< the parameters that were given to the run; empty: none
  AlignedVector<float> parameters, moment1, moment2;  ///< [layout.size] each
  TrainingProgress progress;
};

/// Writes an HDF5 file under a temporary name in the same directory, syncs file and directory, and renames it: `path`
/// is always either the complete old or the complete new checkpoint. Throws RunError (disk full, directory not
/// writable).
void write_checkpoint(const std::string& path, const ParameterLayout& layout, const Checkpoint& checkpoint);

/// The memory that is needed while a checkpoint is made and written.
std::size_t checkpoint_bytes(const ParameterLayout& layout);

/// Reads a checkpoint. Throws RunError for an unreadable or truncated file, another format version, a dataset whose
/// shape does not match `layout` (names file, dataset and both shapes), or an impossible value: one that is not finite,
/// a decay outside 0 to 1, a negative second moment (names file, dataset, element and value).
Checkpoint read_checkpoint(const std::string& path, const ParameterLayout& layout);
/// The same for a file of parameters too, whose moments stay empty and whose progress 0; see parameter_file.hpp.
Checkpoint read_checkpoint_or_parameters(const std::string& path, const ParameterLayout& layout);
/// read_checkpoint() for the bytes of a file; `path` is only for messages.
Checkpoint parse_checkpoint(const std::string& path, std::string bytes, const ParameterLayout& layout);

/// The config of the run whose checkpoint this is, as TOML. Throws as read_checkpoint().
std::string read_checkpoint_config(const std::string& path);

/// The sizes of a network that are not in its config but come from the task.
struct NetworkEnds {
  std::size_t inputs = 0, outputs = 0;
  bool readout = true;  ///< false: the last hidden population gives the output
};

/// Reads the ends of the network from its checkpoint. `hidden` are the sizes of its hidden populations. Throws like
/// read_checkpoint(), which later compares all shapes.
NetworkEnds read_network_ends(const std::string& path, std::span<const std::size_t> hidden);

}  // namespace hetsyn
