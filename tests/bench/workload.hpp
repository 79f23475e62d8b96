#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "data/task_port.hpp"
#include "network/spec.hpp"
#include "state/spikes.hpp"

namespace hetsyn::bench {

/// A training step whose cost is that of a task: its network, loss and input statistics, on synthetic data.
struct Workload {
  std::string name;     ///< "shd", "smnist", …
  NetworkSpec network;  ///< of hetsyn_lif; `with_model` gives the others
  std::size_t batch = 32;
  std::size_t steps = 250;
  double density = 0.0;  ///< spikes per channel and step; 0: analog input
  LossKind loss = LossKind::softmax_sum;
};

/// SHD, S-MNIST, TIDigits, DMS and pattern generation.
const std::vector<Workload>& workloads();
/// Throws UsageError for an unknown name.
const Workload& find_workload(const std::string& name);

/// Synthetic input of the workload's shape and density, the same for equal seeds.
InputBatch synthetic_batch(const Workload& workload, std::uint64_t seed);

/// Synapses of the network: feed-forward and recurrent, readout included.
std::size_t synapse_count(const NetworkLayout& network);

}  // namespace hetsyn::bench
