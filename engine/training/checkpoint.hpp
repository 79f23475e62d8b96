#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/aligned.hpp"
#include "state/parameters.hpp"
#include "training/records.hpp"

/// A run at an optimizer step's end: everything needed to go on bit-exactly. Random numbers are counter-based, so that
/// seed and counters are their whole state; gradients are zero at this point and are not kept.
namespace hetsyn {

/// Sums over the batches of an unfinished epoch; training metrics are these over `samples`.
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
  std::uint64_t step = 0;           ///< optimizer steps done in the run; also numbers dropout masks and drawn samples
  std::uint64_t evaluations_without_improvement = 0;
  double learning_rate = 0.0;  ///< of the weights in the last step
  EpochSums sums;
  RunRecords records;
  bool operator==(const TrainingProgress&) const = default;
};

struct Checkpoint {
  std::string file = "the checkpoint";  ///< that it was read from, for errors
  // Texts that the observer sets before writing.
  std::string config;                                 ///< the resolved config
  std::string data;                                   ///< what the run is on (run/data_json.hpp)
  AlignedVector<float> parameters, moment1, moment2;  ///< [layout.size] each
  TrainingProgress progress;
};

/// Writes an HDF5 file under a temporary name in the same directory, syncs file and directory, and renames: `path` is
/// at any moment the old or the new checkpoint, whole. Throws RunError (disk full, directory not writable).
void write_checkpoint(const std::string& path, const ParameterLayout& layout, const Checkpoint& checkpoint);

/// Memory taken while a checkpoint is made and written.
std::size_t checkpoint_bytes(const ParameterLayout& layout);

/// Throws RunError with one sentence: unreadable or truncated file, another format version, or a dataset whose shape is
/// not that of `layout` (names file, dataset and both shapes), or a value that no network has: not finite, a decay
/// outside 0 to 1, a negative second moment (names file, dataset, element and value).
Checkpoint read_checkpoint(const std::string& path, const ParameterLayout& layout);
/// The same for the bytes of a file that were read before; `path` is for errors alone.
Checkpoint parse_checkpoint(const std::string& path, std::string bytes, const ParameterLayout& layout);

/// What a config leaves to the task; the rest of a network's sizes are in it.
struct NetworkEnds {
  std::size_t inputs = 0, outputs = 0;
};

/// The ends of the network whose checkpoint this is. `hidden` are the sizes of its hidden populations. Throws as
/// read_checkpoint(), which then compares all shapes.
NetworkEnds read_network_ends(const std::string& path, std::span<const std::size_t> hidden);

}  // namespace hetsyn
