#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "dynamics/neuron.hpp"
#include "dynamics/surrogate.hpp"

/// The structure of a network: plain numbers, no pointers. A network is a chain of populations; each receives spikes of
/// the one below and, if recurrent, its own spikes of the previous step. The last population is the readout.
namespace hetsyn {

/// Which synapses share a decay; the models of the family differ in this alone.
enum class DecaySharing : std::uint8_t {
  population,  ///< one r for the population            (hom_lif, hom_alif)
  neuron,      ///< r[post], shared by all its synapses (het_lif)
  projection,  ///< r[post] and r'[post]: one for each of the two projections of a recurrent population (het_lif)
  synapse      ///< r[post][pre]                        (hetsyn_lif)
};

/// Where the constants of the adaptation, ρ_a, b and m, are.
enum class AdaptationSharing : std::uint8_t {
  constants,   ///< in PopulationLayout::neuron
  population,  ///< parameters, one of each for the population
  neuron       ///< parameters, one of each for every neuron
};

struct PopulationLayout {
  std::string name;            ///< "hidden1", …, "readout"
  std::size_t inputs = 0;      ///< N_pre of the feed-forward projection
  std::size_t size = 0;        ///< N
  bool recurrent = false;      ///< has a projection from its own spikes z[t−1]
  bool spiking = true;         ///< false: leaky-integrator readout, V^out[t] = Σ I[t], without spikes and reset
  bool smooth_spikes = false;  ///< reference backend only: z = ∫surrogate, for finite differences
  bool autapses = true;        ///< the recurrent projection has self-connections
  bool decay_trainable = true;
  bool tie_reset_decay = false;  ///< κ_j = r_j; impossible if a neuron has several r
  DecaySharing sharing = DecaySharing::synapse;
  AdaptationSharing adaptation = AdaptationSharing::constants;
  bool adaptation_trainable = false;
  NeuronConstants<double> neuron{};
  Surrogate surrogate;
  double dropout = 0.0;  ///< probability that a spike is lost on its way to the next population, per step

  /// Whether the recurrent projection has separate decays r'.
  [[nodiscard]] bool has_recurrent_decays() const {
    return recurrent && (sharing == DecaySharing::projection || sharing == DecaySharing::synapse);
  }
  /// Whether ρ_a, b and m are parameters.
  [[nodiscard]] bool has_adaptation_parameters() const { return spiking && adaptation != AdaptationSharing::constants; }
  [[nodiscard]] bool trains_adaptation() const { return has_adaptation_parameters() && adaptation_trainable; }
  /// Whether the state of its neurons is an AdlifState.
  [[nodiscard]] bool is_adlif() const {
    return has_adaptation_parameters() ||
           (spiking && (neuron.membrane_adaptation != 0.0 || neuron.adaptation_filter != 0.0));
  }
};

struct NetworkLayout {
  double dt_ms = 1.0;  ///< Δt, which the decays are for
  std::vector<PopulationLayout> populations;

  [[nodiscard]] std::size_t inputs() const { return populations.front().inputs; }
  [[nodiscard]] std::size_t outputs() const { return populations.back().size; }
  [[nodiscard]] const PopulationLayout& readout() const { return populations.back(); }
};

}  // namespace hetsyn
