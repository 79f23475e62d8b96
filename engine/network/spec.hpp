#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dynamics/surrogate.hpp"
#include "state/parameters.hpp"

/// The network as a user describes it ([model] of a config), and how state is built from it.
namespace hetsyn {

/// The models of the family; they differ in which decays are shared and trainable.
enum class NeuronModel : std::uint8_t { hom_lif, hom_alif, het_lif, hetsyn_lif };

std::string_view neuron_model_name(NeuronModel model);

/// A named distribution of time constants in ms.
struct TimeConstantDistribution {
  enum class Kind : std::uint8_t { constant, uniform, normal, lognormal } kind = Kind::constant;
  double a = 20.0;  ///< constant: value; uniform: low; normal: mean; lognormal: median
  double b = 0.0;   ///< uniform: high; normal: standard deviation (redrawn while τ ≤ 0); lognormal: s.d. of ln τ

  /// Expected value in ms (lognormal: a exp(b²/2); normal: a, leaving out the redraws).
  [[nodiscard]] double mean_ms() const;
};

struct NetworkSpec {
  NeuronModel model = NeuronModel::hetsyn_lif;
  std::size_t inputs = 0;
  std::vector<std::size_t> hidden{100};
  std::size_t outputs = 0;
  bool recurrent = false;
  bool spiking_readout = false;
  double dt_ms = 1.0;
  double threshold = 1.0;
  TimeConstantDistribution tau_synapse_ms;   ///< het_lif, hetsyn_lif
  std::optional<double> tau_homogeneous_ms;  ///< hom_*: the one τ_s; absent: mean of tau_synapse_ms
  double tau_reset_ms = 20.0;                ///< τ_J
  double tau_adaptation_ms = 100.0;          ///< τ_a
  double adaptation_strength = 0.05;         ///< a; used by hom_alif, and by the others if `adaptation`
  bool adaptation = false;
  bool decay_per_projection = false;  ///< het_lif: recurrent populations have r_j and r'_j; refused for the others
  bool tie_reset_decay = false;       ///< κ_j = r_j; refused where a neuron has several r
  std::optional<bool> autapses;       ///< absent: only hetsyn_lif has them
  Surrogate surrogate;
  double dropout = 0.0;
  double weight_gain = 1.0;            ///< w ~ N(0, gain/√fan_in)
  double frozen_decay_fraction = 0.0;  ///< this fraction of r is not trained (seeded mask)
};

/// hom_lif, hom_alif: one synaptic time constant for all, not trained.
bool is_homogeneous(NeuronModel model);
/// hom_alif, and the others if they are told to.
bool adapts(const NetworkSpec& spec);
/// Whether neurons of recurrent populations are connected to themselves.
bool has_autapses(const NetworkSpec& spec);

/// The distribution that initial synaptic time constants come from: het_lif and hetsyn_lif draw, the homogeneous models
/// have one time constant.
TimeConstantDistribution initial_tau_ms(const NetworkSpec& spec);

/// Populations "hidden1" … and "readout". Throws ConfigError (key "model.…") for a combination that does not exist.
NetworkLayout network_layout(const NetworkSpec& spec);

/// Layout, initial parameters and mask of trainable elements, drawn from `seed`.
NetworkState build_network(const NetworkSpec& spec, std::uint64_t seed);

/// Trainable parameters of each population as the paper's Table 3 counts them: all elements of the matrices, absent
/// autapses included.
std::vector<std::size_t> parameter_counts(const NetworkLayout& network);
/// Their sum.
std::size_t parameter_count(const NetworkLayout& network);

}  // namespace hetsyn
