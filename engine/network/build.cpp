#include <cmath>
#include <numeric>
#include <utility>

#include "core/rng.hpp"
#include "dynamics/synapse.hpp"
#include "network/spec.hpp"

namespace hetsyn {
namespace {

/// Each group has a substream of its own, so that the size of one population does not change the draws of another.
RandomStream group_stream(std::uint64_t seed, RandomPurpose purpose, const ParameterGroup& group) {
  const auto substream = static_cast<std::uint32_t>(group.population << 8) | static_cast<std::uint32_t>(group.field);
  return RandomStream(seed, purpose, substream);
}

double draw_tau_ms(const TimeConstantDistribution& tau, RandomStream& random) {
  using Kind = TimeConstantDistribution::Kind;
  switch (tau.kind) {
    case Kind::constant: return tau.a;
    case Kind::uniform: return random.uniform(tau.a, tau.b);
    case Kind::normal:
      for (;;) {
        const double drawn = tau.a + tau.b * random.normal();
        if (drawn > 0.0) return drawn;
      }
    case Kind::lognormal: return tau.a * std::exp(tau.b * random.normal());
  }
  return tau.a;
}

void draw_weights(std::span<float> weights, std::size_t fan_in, double gain, RandomStream random) {
  const double deviation = gain / std::sqrt(static_cast<double>(fan_in));
  for (float& w : weights) w = static_cast<float>(deviation * random.normal());
}

void draw_decays(std::span<float> decays, const TimeConstantDistribution& tau, double dt_ms, RandomStream random) {
  for (float& r : decays) r = static_cast<float>(decay_factor(draw_tau_ms(tau, random), dt_ms));
}

/// Clears the mask of round(fraction · count) elements: the first ones of a seeded permutation, so that a larger
/// fraction freezes these and others.
void freeze_fraction(std::span<std::uint8_t> trainable, double fraction, RandomStream random) {
  std::vector<std::uint32_t> order(trainable.size());
  std::iota(order.begin(), order.end(), 0u);
  const auto frozen = static_cast<std::size_t>(std::llround(fraction * static_cast<double>(order.size())));
  for (std::size_t i = 0; i < frozen; ++i) {
    std::swap(order[i], order[i + random.below(static_cast<std::uint32_t>(order.size() - i))]);
    trainable[order[i]] = 0;
  }
}

/// An absent self-connection has weight 0 and decay 0 and is never trained.
void remove_autapses(std::span<float> values, std::span<std::uint8_t> trainable, std::size_t neurons) {
  for (std::size_t j = 0; j < neurons; ++j) {
    values[j * neurons + j] = 0.0f;
    trainable[j * neurons + j] = 0;
  }
}

}  // namespace

NetworkState build_network(const NetworkSpec& spec, std::uint64_t seed) {
  NetworkState state;
  state.network = network_layout(spec);
  state.layout = parameter_layout(state.network);
  state.parameters.assign(state.layout.size, 0.0f);
  state.trainable.assign(state.layout.size, 0);
  const TimeConstantDistribution tau = initial_tau_ms(spec);
  for (const ParameterGroup& group : state.layout.groups) {
    const std::span<float> values = group_span(std::span<float>(state.parameters), group);
    const std::span<std::uint8_t> trainable = group_span(std::span<std::uint8_t>(state.trainable), group);
    std::fill(trainable.begin(), trainable.end(), group.trainable ? 1 : 0);
    if (group.is_decay()) {
      draw_decays(values, tau, spec.dt_ms, group_stream(seed, RandomPurpose::initial_decays, group));
      freeze_fraction(trainable, spec.frozen_decay_fraction, group_stream(seed, RandomPurpose::decay_mask, group));
    } else {
      draw_weights(values, group.columns, spec.weight_gain, group_stream(seed, RandomPurpose::initial_weights, group));
    }
    const PopulationLayout& population = state.network.populations[group.population];
    if (has_self_connections(group, population) && !population.autapses) {
      remove_autapses(values, trainable, group.rows);
    }
  }
  return state;
}

}  // namespace hetsyn
