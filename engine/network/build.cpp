#include <algorithm>
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

double draw(const InitialDistribution& values, RandomStream& random) {
  using Kind = InitialDistribution::Kind;
  switch (values.kind) {
    case Kind::constant: return values.a;
    case Kind::uniform: return random.uniform(values.a, values.b);
    case Kind::normal: return values.a + values.b * random.normal();
    case Kind::lognormal: return values.a * std::exp(values.b * random.normal());
  }
  return values.a;
}

/// Draws again while τ ≤ 0, which only a normal distribution gives, and its mean is positive.
double draw_tau_ms(const InitialDistribution& tau, RandomStream& random) {
  for (;;) {
    const double drawn = draw(tau, random);
    if (drawn > 0.0) return drawn;
  }
}

void draw_weights(std::span<float> weights, std::size_t fan_in, double gain, RandomStream random) {
  const double deviation = gain / std::sqrt(static_cast<double>(fan_in));
  for (float& w : weights) w = static_cast<float>(deviation * random.normal());
}

void draw_decays(std::span<float> decays, const InitialDistribution& tau, double dt_ms, RandomStream random) {
  for (float& r : decays) r = static_cast<float>(decay_factor(draw_tau_ms(tau, random), dt_ms));
}

/// Draws outside the range of the array become its ends.
void draw_strengths(std::span<float> strengths, const InitialDistribution& values, const ValueRange& range,
                    RandomStream random) {
  for (float& s : strengths) s = static_cast<float>(std::clamp(draw(values, random), range.lowest, range.highest));
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

void draw_values(const NetworkSpec& spec, const ParameterGroup& group, std::uint64_t seed, std::span<float> values) {
  const RandomStream weights = group_stream(seed, RandomPurpose::initial_weights, group);
  const RandomStream constants = group_stream(seed, RandomPurpose::initial_decays, group);
  switch (group.field) {
    case Field::w:
    case Field::w_rec: return draw_weights(values, group.columns, spec.weight_gain, weights);
    case Field::r:
    case Field::r_rec: return draw_decays(values, initial_tau_ms(spec), spec.dt_ms, constants);
    case Field::rho_a: return draw_decays(values, spec.tau_adaptation_ms, spec.dt_ms, constants);
    case Field::b: return draw_strengths(values, spec.adaptation_strength, group.range, constants);
    case Field::m: return draw_strengths(values, spec.membrane_adaptation, group.range, constants);
    case Field::potential:
    case Field::spike: return;  // no parameters
  }
}

}  // namespace

NetworkState build_network(const NetworkSpec& spec, std::uint64_t seed) {
  NetworkState state;
  state.network = network_layout(spec);
  state.layout = parameter_layout(state.network);
  state.parameters.assign(state.layout.size, 0.0f);
  state.trainable.assign(state.layout.size, 0);
  for (const ParameterGroup& group : state.layout.groups) {
    const std::span<float> values = group_span(std::span<float>(state.parameters), group);
    const std::span<std::uint8_t> trainable = group_span(std::span<std::uint8_t>(state.trainable), group);
    std::fill(trainable.begin(), trainable.end(), group.trainable ? 1 : 0);
    draw_values(spec, group, seed, values);
    if (group.is_synaptic_decay()) {
      freeze_fraction(trainable, spec.frozen_decay_fraction, group_stream(seed, RandomPurpose::decay_mask, group));
    }
    const PopulationLayout& population = state.network.populations[group.population];
    if (has_self_connections(group, population) && !population.autapses) {
      remove_autapses(values, trainable, group.rows);
    }
  }
  return state;
}

}  // namespace hetsyn
