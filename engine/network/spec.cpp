#include "network/spec.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <numeric>
#include <utility>

#include "dynamics/synapse.hpp"

namespace hetsyn {
namespace {

constexpr std::array<std::string_view, 4> kModelNames{"hom_lif", "hom_alif", "het_lif", "hetsyn_lif"};
constexpr std::size_t kMaximumHiddenLayers = 255;  // dropout masks number populations with 8 bits

/// Whether hidden populations have r_j and r'_j; without recurrence the option has no effect.
bool has_decay_per_projection(const NetworkSpec& spec) { return spec.recurrent && spec.decay_per_projection; }

/// The schema has checked the ranges of all keys; it knows neither the number of populations nor the task.
void check_sizes(const NetworkSpec& spec) {
  if (spec.hidden.empty() || spec.hidden.size() > kMaximumHiddenLayers) {
    throw ConfigError(fmt::format("model.hidden = {}: expected the sizes of 1 to {} hidden populations", spec.hidden,
                                  kMaximumHiddenLayers),
                      "model.hidden");
  }
  if (spec.inputs == 0 || spec.outputs == 0) {
    throw ConfigError(fmt::format("the task has {} inputs and {} outputs: a network needs at least one of each",
                                  spec.inputs, spec.outputs));
  }
  if (!std::isfinite(spec.dt_ms) || spec.dt_ms <= 0.0) {
    throw ConfigError(fmt::format("model.dt_ms = {}: expected a positive number", spec.dt_ms), "model.dt_ms");
  }
}

void check_combination(const NetworkSpec& spec) {
  const std::string_view model = neuron_model_name(spec.model);
  if (spec.decay_per_projection && spec.model != NeuronModel::het_lif) {
    throw ConfigError(
        fmt::format("model.decay_per_projection = true: expected false for {}, as only neurons of het_lif have a decay "
                    "of their own that their synapses share",
                    model),
        "model.decay_per_projection");
  }
  if (spec.tie_reset_decay && (spec.model == NeuronModel::hetsyn_lif || has_decay_per_projection(spec))) {
    throw ConfigError(
        fmt::format("model.tie_reset_decay = true: expected false, as a neuron of {}{} has no single decay to share "
                    "with its reset",
                    model, spec.decay_per_projection ? " with decay_per_projection" : ""),
        "model.tie_reset_decay");
  }
  if (spec.frozen_decay_fraction > 0.0 && is_homogeneous(spec.model)) {
    throw ConfigError(fmt::format("model.frozen_decay_fraction = {}: expected 0, as {} trains no decays",
                                  spec.frozen_decay_fraction, model),
                      "model.frozen_decay_fraction");
  }
}

bool is_constant(const InitialDistribution& values) { return values.kind == InitialDistribution::Kind::constant; }

/// The constants of the adaptation that may differ between neurons.
auto adaptation_constants(const NetworkSpec& spec) {
  return std::array{std::pair{"tau_adaptation_ms", &spec.tau_adaptation_ms},
                    std::pair{"adaptation_strength", &spec.adaptation_strength},
                    std::pair{"membrane_adaptation", &spec.membrane_adaptation}};
}

void check_adaptation(const NetworkSpec& spec) {
  for (const auto& [name, values] : adaptation_constants(spec)) {
    if (spec.adaptation_per_neuron || is_constant(*values)) continue;
    throw ConfigError(
        fmt::format("model.{} is a distribution: expected a number, or model.adaptation_per_neuron = true", name),
        fmt::format("model.{}", name));
  }
  const InitialDistribution& m = spec.membrane_adaptation;
  const double typical = m.kind == InitialDistribution::Kind::uniform ? m.b : m.a;
  const double largest = largest_membrane_adaptation(adaptation_filter(spec));
  if (typical > largest) {
    throw ConfigError(fmt::format("model.membrane_adaptation = {:g}: expected at most {:g}, (1 + q) / (1 - q) with q = "
                                  "exp(-dt_ms / tau_adaptation_current_ms), as potentials may grow without bound above",
                                  typical, largest),
                      "model.membrane_adaptation");
  }
}

AdaptationSharing adaptation_sharing(const NetworkSpec& spec) {
  const auto differs = [](const auto& constant) { return !is_constant(*constant.second); };
  const bool drawn = std::ranges::any_of(adaptation_constants(spec), differs);
  if (!adapts(spec) || !(spec.adaptation_trained || drawn)) return AdaptationSharing::constants;
  return spec.adaptation_per_neuron ? AdaptationSharing::neuron : AdaptationSharing::population;
}

DecaySharing sharing_of(NeuronModel model) {
  if (is_homogeneous(model)) return DecaySharing::population;
  return model == NeuronModel::het_lif ? DecaySharing::neuron : DecaySharing::synapse;
}

NeuronConstants<double> neuron_constants(const NetworkSpec& spec) {
  NeuronConstants<double> constants{};
  constants.threshold = spec.threshold;
  constants.reset_decay = decay_factor(spec.tau_reset_ms, spec.dt_ms);
  if (!adapts(spec)) return constants;
  constants.adaptation_decay = decay_factor(spec.tau_adaptation_ms.mean(), spec.dt_ms);
  constants.adaptation = spec.adaptation_strength.mean();
  constants.membrane_adaptation = spec.membrane_adaptation.mean();
  constants.adaptation_filter = adaptation_filter(spec);
  return constants;
}

/// The properties that all populations of a network share.
PopulationLayout common_population(const NetworkSpec& spec) {
  PopulationLayout population;
  population.autapses = has_autapses(spec);
  population.decay_trainable = !is_homogeneous(spec.model);
  population.tie_reset_decay = spec.tie_reset_decay;
  population.sharing = sharing_of(spec.model);
  population.adaptation = adaptation_sharing(spec);
  population.adaptation_trainable = spec.adaptation_trained;
  population.neuron = neuron_constants(spec);
  population.surrogate = spec.surrogate;
  return population;
}

}  // namespace

std::string_view neuron_model_name(NeuronModel model) { return kModelNames[static_cast<std::size_t>(model)]; }

bool is_homogeneous(NeuronModel model) { return model == NeuronModel::hom_lif || model == NeuronModel::hom_alif; }

bool adapts(const NetworkSpec& spec) { return spec.adaptation || spec.model == NeuronModel::hom_alif; }

double adaptation_filter(const NetworkSpec& spec) {
  return spec.tau_adaptation_current_ms > 0.0 ? decay_factor(spec.tau_adaptation_current_ms, spec.dt_ms) : 0.0;
}

bool has_autapses(const NetworkSpec& spec) { return spec.autapses.value_or(spec.model == NeuronModel::hetsyn_lif); }

double InitialDistribution::mean() const {
  switch (kind) {
    case Kind::uniform: return (a + b) / 2.0;
    case Kind::lognormal: return a * std::exp(b * b / 2.0);
    case Kind::constant:
    case Kind::normal: return a;
  }
  return a;
}

InitialDistribution initial_tau_ms(const NetworkSpec& spec) {
  if (!is_homogeneous(spec.model)) return spec.tau_synapse_ms;
  return {.kind = InitialDistribution::Kind::constant,
          .a = spec.tau_homogeneous_ms.value_or(spec.tau_synapse_ms.mean())};
}

NetworkLayout network_layout(const NetworkSpec& spec) {
  check_sizes(spec);
  check_combination(spec);
  if (adapts(spec)) check_adaptation(spec);
  NetworkLayout network;
  network.dt_ms = spec.dt_ms;
  std::size_t inputs = spec.inputs;
  for (const std::size_t size : spec.hidden) {
    PopulationLayout hidden = common_population(spec);
    hidden.name = fmt::format("hidden{}", network.populations.size() + 1);
    hidden.inputs = inputs;
    hidden.size = size;
    hidden.recurrent = spec.recurrent;
    if (has_decay_per_projection(spec)) hidden.sharing = DecaySharing::projection;
    hidden.dropout = spec.dropout;
    network.populations.push_back(std::move(hidden));
    inputs = size;
  }
  if (!spec.readout) {
    network.populations.back().dropout = 0.0;  // no population follows
    return network;
  }
  PopulationLayout readout = common_population(spec);
  readout.name = "readout";
  readout.inputs = inputs;
  readout.size = spec.outputs;
  readout.spiking = spec.spiking_readout;
  readout.tie_reset_decay = spec.tie_reset_decay && spec.spiking_readout;
  network.populations.push_back(std::move(readout));
  return network;
}

std::vector<std::size_t> parameter_counts(const NetworkLayout& network) {
  std::vector<std::size_t> counts(network.populations.size(), 0);
  for (const ParameterGroup& group : parameter_layout(network).groups) {
    if (group.trainable) counts[group.population] += group.count();
  }
  return counts;
}

std::size_t parameter_count(const NetworkLayout& network) {
  const std::vector<std::size_t> counts = parameter_counts(network);
  return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
}

}  // namespace hetsyn
