#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "backend/backend.hpp"

/// What an inference takes: spikes and the operations that they cause, independent of the machine.
namespace hetsyn {

/// Means per inference (one sample, all T steps).
struct PopulationActivity {
  std::string name;
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
  std::vector<PopulationActivity> populations;

  [[nodiscard]] double spikes() const;
  [[nodiscard]] double synaptic_operations() const;
  [[nodiscard]] double decay_updates() const;
};

/// Sums over the forward passes of one evaluation, all of as many steps.
class ActivityCounter {
 public:
  /// `network` is that of the backends added, and outlives this.
  explicit ActivityCounter(const NetworkLayout& network)
      : network_(network), spikes_(network.populations.size(), 0.0) {}

  /// After a forward pass of `input` without dropout.
  void add(const Backend& backend, const InputBatch& input);
  /// `dt_ms` is Δt of the network.
  [[nodiscard]] Activity activity(double dt_ms) const;

 private:
  const NetworkLayout& network_;
  std::size_t samples_ = 0, steps_ = 0;
  double input_events_ = 0.0;
  std::vector<double> spikes_;  ///< per population
};

}  // namespace hetsyn
