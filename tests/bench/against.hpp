#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/step.hpp"

/// The engine's training step against that of other programs ("peers"), which run in Python.
namespace hetsyn::bench {

/// A script of a peer; it takes the options of tests/bench/peers/common.py.
struct PeerScript {
  std::string peer;         ///< "torch", "jax", …: the name for --against
  std::string label;        ///< "torch plain"
  std::string path;         ///< in the sources
  std::string environment;  ///< the folder of its Python in build/peers
};

/// The scripts of a peer, or of all for "all". Throws UsageError for an unknown name.
std::vector<PeerScript> peer_scripts(const std::string& name);

/// How a peer is run.
struct PeerSetting {
  int threads = 0;
  std::size_t micro_batch = 0;  ///< samples per pass
  std::string wait_policy;      ///< OMP_WAIT_POLICY of PyTorch's threads
};

/// First tries the settings of the peer, each in a process of its own, and takes the fastest. Then runs the engine's
/// step and the peer's alternately, `rounds` times, each in a separate process. Returns "peer" and "model" (what the
/// peer computes: the closest to `model` that it has), "setting", and for "engine" and "other" the median, the least
/// and the largest "seconds" and the median of the peak "memory_mb".
nlohmann::json measure_against(const PeerScript& script, const Workload& workload, NeuronModel model, int rounds,
                               const StepOptions& options);

}  // namespace hetsyn::bench
