#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dynamics/surrogate.hpp"
#include "state/parameters.hpp"

/// The network as a user describes it ([model] of a config), and how its state is built.
namespace hetsyn {

/// The models differ only in which decays are shared and which are trained.
enum class NeuronModel : std::uint8_t { hom_lif, hom_alif, het_lif, hetsyn_lif };

std::string_view neuron_model_name(NeuronModel model);

/// A distribution of initial values: time constants in ms, or strengths.
struct InitialDistribution {
  enum class Kind : std::uint8_t { constant, uniform, normal, lognormal } kind = Kind::constant;
  double a = 20.0;  ///< constant: value; uniform: low; normal: mean; lognormal: median
  double b = 0.0;   ///< uniform: high; normal: standard deviation; lognormal: standard deviation of the logarithm

  /// The expected value (lognormal: a exp(b²/2); normal: a, ignoring that some draws are not used).
  [[nodiscard]] double mean() const;
};

struct NetworkSpec {
  NeuronModel model = NeuronModel::hetsyn_lif;
  std::size_t inputs = 0;
  std::vector<std::size_t> hidden{100};
  std::size_t outputs = 0;
  bool recurrent = false;
  bool spiking_readout = false;
  bool readout = true;  ///< false: the last hidden population gives the output, and `outputs` is its size
  double dt_ms = 1.0;
  double threshold = 1.0;
  InitialDistribution tau_synapse_ms;                  ///< het_lif, hetsyn_lif
  std::optional<double> tau_homogeneous_ms;            ///< hom_*: the one τ_s; absent: the mean of tau_synapse_ms
  double tau_reset_ms = 20.0;                          ///< τ_J
  bool adaptation = false;                             ///< other models than hom_alif adapt, too
  InitialDistribution tau_adaptation_ms{.a = 100.0};   ///< τ_a
  InitialDistribution adaptation_strength{.a = 0.05};  ///< b
  InitialDistribution membrane_adaptation{.a = 0.0};   ///< m
  double tau_adaptation_current_ms = 0.0;              ///< τ_q of the adaptation current's filter; 0: none
  bool adaptation_per_neuron = false;                  ///< ρ_a, b and m are drawn, or trained, for every neuron
  bool adaptation_trained = false;
  bool decay_per_projection = false;  ///< het_lif: recurrent populations have r_j and r'_j; refused for other models
  bool tie_reset_decay = false;       ///< κ_j = r_j; refused if a neuron has several r
  std::optional<bool> autapses;       ///< absent: only hetsyn_lif has them
  Surrogate surrogate;
  double dropout = 0.0;
  double weight_gain = 1.0;            ///< w ~ N(0, gain/√fan_in)
  double frozen_decay_fraction = 0.0;  ///< this fraction of r is not trained (seeded mask)
};

/// hom_lif and hom_alif: all synapses have the same time constant, which is not trained.
bool is_homogeneous(NeuronModel model);
/// hom_alif always adapts, other models if `adaptation` is set.
bool adapts(const NetworkSpec& spec);
/// q = exp(−Δt/τ_q); 0 without a filter.
double adaptation_filter(const NetworkSpec& spec);
/// Whether neurons of recurrent populations have synapses onto themselves.
bool has_autapses(const NetworkSpec& spec);

/// The distribution of initial synaptic time constants. For homogeneous models it is constant.
InitialDistribution initial_tau_ms(const NetworkSpec& spec);

/// The populations "hidden1" … and "readout". The values of `spec` must be in the ranges of config/schema.hpp. Throws
/// ConfigError (key "model.…") for an invalid combination of them.
NetworkLayout network_layout(const NetworkSpec& spec);

/// Builds layout, initial parameters and mask of trainable elements; random numbers depend on `seed`.
NetworkState build_network(const NetworkSpec& spec, std::uint64_t seed);

/// The number of trainable parameters of each population, counted as in the paper's Table 3: all elements of the
/// matrices, including absent autapses.
std::vector<std::size_t> parameter_counts(const NetworkLayout& network);
/// The sum of parameter_counts().
std::size_t parameter_count(const NetworkLayout& network);

}  // namespace hetsyn
