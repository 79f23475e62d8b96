#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/step.hpp"

/// The engine's training step against that of other programs (*peers*), which run in Python.
namespace hetsyn::bench {

/// A script that measures a peer; it takes the options of tests/bench/peers/common.py.
struct PeerScript {
  std::string peer;                 ///< "torch", "jax", …: the name for --against
  std::string label;                ///< "torch plain"
  std::string path;                 ///< in the sources
  std::string environment;          ///< the folder of its Python in build/peers
  std::vector<NeuronModel> models;  ///< that the peer has; for another one, it runs the closest
  std::string devices = "cpu";      ///< on which it runs, separated by commas
};

/// The scripts for a device of the named peers, or of all for "all". Throws UsageError for a name without a script.
std::vector<PeerScript> peer_scripts(const std::vector<std::string>& peers, const std::string& device);

/// Whether a script is run for a model: if it has the model, or, for a model that is `wanted` from all peers, if no
/// script of its peer has it.
bool is_compared(const PeerScript& script, NeuronModel model, bool wanted);

/// Runs a peer in all its settings, each in a separate process, and takes the fastest: one thread or all, waiting
/// threads that sleep or spin, the whole batch in one pass or parts of it; on a GPU there is only one setting. Then
/// runs the engine's step and the peer's in turn, `rounds` times, each in a separate process. Returns "peer" with its
/// version, "model" (what the peer computes), "setting", "speedup", and of "engine" and "other" the median, least and
/// largest "seconds" and the median of the peak "memory_mb". Throws RunError if the script fails, UsageError if the
/// peer is not installed.
nlohmann::json measure_against(const PeerScript& script, const Workload& workload, NeuronModel model, int rounds,
                               const StepOptions& options);

/// A table in Markdown: the lines above the rows, and the row of what measure_against() returned.
std::string against_head(int rounds, const StepOptions& options);
std::string against_row(const Workload& workload, NeuronModel model, const nlohmann::json& measured);

}  // namespace hetsyn::bench
