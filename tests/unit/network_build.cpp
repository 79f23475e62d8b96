#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>

#include "network/spec.hpp"

using namespace hetsyn;
using Kind = InitialDistribution::Kind;

namespace {

NetworkSpec spec_of(NeuronModel model) {
  NetworkSpec spec;
  spec.model = model;
  spec.inputs = 200;
  spec.hidden = {100};
  spec.outputs = 10;
  spec.recurrent = true;
  return spec;
}

std::vector<float> values(const NetworkState& state, std::size_t population, Field field) {
  const auto span = group_span(std::span<const float>(state.parameters), *state.layout.find(population, field));
  return {span.begin(), span.end()};
}

std::vector<std::uint8_t> mask(const NetworkState& state, std::size_t population, Field field) {
  const auto span = group_span(std::span<const std::uint8_t>(state.trainable), *state.layout.find(population, field));
  return {span.begin(), span.end()};
}

struct Moments {
  double mean = 0.0, deviation = 0.0;
};
Moments moments(const std::vector<double>& x) {
  const double n = static_cast<double>(x.size());
  const double mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
  const double squares =
      std::accumulate(x.begin(), x.end(), 0.0, [&](double sum, double v) { return sum + (v - mean) * (v - mean); });
  return {mean, std::sqrt(squares / n)};
}

/// The time constants that the decays of a hetsyn_lif network stand for, τ = −Δt / ln r, in ms.
std::vector<double> drawn_tau_ms(const InitialDistribution& tau) {
  NetworkSpec spec = spec_of(NeuronModel::hetsyn_lif);
  spec.tau_synapse_ms = tau;
  spec.dt_ms = 2.0;
  std::vector<double> tau_ms;
  for (const float r : values(build_network(spec, 3), 0, Field::r)) tau_ms.push_back(-2.0 / std::log(double{r}));
  return tau_ms;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(network_build)

BOOST_AUTO_TEST_CASE(weights_are_normal_with_the_fan_in_rule) {
  NetworkSpec spec = spec_of(NeuronModel::hetsyn_lif);
  spec.weight_gain = 1.5;
  const NetworkState state = build_network(spec, 1);
  const auto check = [&](Field field, double fan_in) {
    const auto w = values(state, 0, field);
    const Moments m = moments({w.begin(), w.end()});
    const double sd = 1.5 / std::sqrt(fan_in);
    const double n = static_cast<double>(w.size());
    // Five standard errors of a mean (sd/√n) and of a standard deviation (sd/√(2n)).
    BOOST_TEST(std::abs(m.mean) < 5.0 * sd / std::sqrt(n));
    BOOST_TEST(std::abs(m.deviation - sd) < 5.0 * sd / std::sqrt(2.0 * n));
    const auto inside = std::count_if(w.begin(), w.end(), [&](float x) { return std::abs(x) < sd; });
    // A normal has 68.27 % within one sd; five binomial standard errors.
    BOOST_TEST(std::abs(static_cast<double>(inside) / n - 0.6827) < 5.0 * std::sqrt(0.6827 * 0.3173 / n));
  };
  check(Field::w, 200.0);
  check(Field::w_rec, 100.0);
}

BOOST_AUTO_TEST_CASE(time_constants_follow_their_distribution) {
  constexpr double n = 200.0 * 100.0;
  const Moments uniform = moments(drawn_tau_ms({Kind::uniform, 5.0, 20.0}));
  const double uniform_sd = 15.0 / std::sqrt(12.0);
  BOOST_TEST(std::abs(uniform.mean - 12.5) < 5.0 * uniform_sd / std::sqrt(n));
  BOOST_TEST(std::abs(uniform.deviation - uniform_sd) < 5.0 * uniform_sd / std::sqrt(2.0 * n));

  const Moments normal = moments(drawn_tau_ms({Kind::normal, 40.0, 4.0}));
  BOOST_TEST(std::abs(normal.mean - 40.0) < 5.0 * 4.0 / std::sqrt(n));
  BOOST_TEST(std::abs(normal.deviation - 4.0) < 5.0 * 4.0 / std::sqrt(2.0 * n));

  std::vector<double> logs = drawn_tau_ms({Kind::lognormal, 30.0, 0.5});
  std::transform(logs.begin(), logs.end(), logs.begin(), [](double tau) { return std::log(tau); });
  const Moments lognormal = moments(logs);
  BOOST_TEST(std::abs(lognormal.mean - std::log(30.0)) < 5.0 * 0.5 / std::sqrt(n));
  BOOST_TEST(std::abs(lognormal.deviation - 0.5) < 5.0 * 0.5 / std::sqrt(2.0 * n));

  // r is a float: τ = −Δt / ln r carries its rounding, 6e-8 · τ/Δt = 6e-7 relative here.
  for (const double tau : drawn_tau_ms({Kind::constant, 20.0, 0.0})) BOOST_TEST(std::abs(tau / 20.0 - 1.0) < 2e-6);
}

BOOST_AUTO_TEST_CASE(a_normal_is_redrawn_until_positive) {
  const std::vector<double> tau = drawn_tau_ms({Kind::normal, 1.0, 5.0});
  // Not below 0; a τ far below Δt has a decay that underflows to 0 and so reads as 0 here.
  BOOST_TEST(*std::min_element(tau.begin(), tau.end()) >= 0.0);
  // The normal cut off at 0 has its mean at μ + σ φ(μ/σ)/Φ(μ/σ) = 1 + 5 · 0.39104/0.57926 = 4.3754.
  BOOST_TEST(std::abs(moments(tau).mean - 4.3754) < 5.0 * 3.0 / std::sqrt(20000.0));
}

BOOST_AUTO_TEST_CASE(a_homogeneous_network_has_one_decay) {
  NetworkSpec spec = spec_of(NeuronModel::hom_lif);
  spec.tau_synapse_ms = {Kind::uniform, 5.0, 20.0};
  const auto by_mean = values(build_network(spec, 1), 0, Field::r);
  BOOST_TEST_REQUIRE(by_mean.size() == 1u);
  BOOST_TEST(by_mean[0] == static_cast<float>(std::exp(-1.0 / 12.5)));
  spec.tau_homogeneous_ms = 20.0;
  const NetworkState state = build_network(spec, 1);
  BOOST_TEST(values(state, 0, Field::r)[0] == static_cast<float>(std::exp(-1.0 / 20.0)));
  BOOST_TEST(values(state, 1, Field::r)[0] == static_cast<float>(std::exp(-1.0 / 20.0)));
  BOOST_TEST(mask(state, 0, Field::r)[0] == 0);
}

BOOST_AUTO_TEST_CASE(absent_autapses_are_zero_and_masked) {
  NetworkSpec spec = spec_of(NeuronModel::hetsyn_lif);
  spec.autapses = false;
  const NetworkState without = build_network(spec, 1);
  spec.autapses = std::nullopt;
  const NetworkState with = build_network(spec, 1);
  for (const Field field : {Field::w_rec, Field::r_rec}) {
    const auto expected = values(with, 0, field);
    const auto actual = values(without, 0, field);
    const auto trainable = mask(without, 0, field);
    for (std::size_t j = 0; j < 100; ++j) {
      for (std::size_t k = 0; k < 100; ++k) {
        BOOST_REQUIRE(actual[j * 100 + k] == (j == k ? 0.0f : expected[j * 100 + k]));
        BOOST_REQUIRE(trainable[j * 100 + k] == (j == k ? 0 : 1));
      }
    }
    const auto all = mask(with, 0, field);
    BOOST_TEST(std::count(all.begin(), all.end(), 1) == 100 * 100);
  }
}

/// One more decay per neuron, from the same distribution; it is no self-connection, and no other draw changes.
BOOST_AUTO_TEST_CASE(a_decay_per_projection_is_drawn_beside_the_others) {
  NetworkSpec spec = spec_of(NeuronModel::het_lif);
  spec.tau_synapse_ms = {Kind::uniform, 5.0, 20.0};
  for (const std::size_t size : {std::size_t{1}, std::size_t{100}}) {
    spec.hidden = {size};
    spec.decay_per_projection = false;
    const NetworkState one = build_network(spec, 1);
    spec.decay_per_projection = true;
    const NetworkState two = build_network(spec, 1);
    for (const Field field : {Field::w, Field::r, Field::w_rec}) {
      BOOST_TEST((values(one, 0, field) == values(two, 0, field)));
      BOOST_TEST((mask(one, 0, field) == mask(two, 0, field)));
    }
    BOOST_TEST((values(one, 1, Field::r) == values(two, 1, Field::r)));
    const std::vector<float> r = values(two, 0, Field::r), r_rec = values(two, 0, Field::r_rec);
    BOOST_TEST_REQUIRE(r_rec.size() == size);
    BOOST_TEST((r_rec != r));
    BOOST_TEST(std::ranges::min(r_rec) >= static_cast<float>(std::exp(-1.0 / 5.0)));
    BOOST_TEST(std::ranges::max(r_rec) <= static_cast<float>(std::exp(-1.0 / 20.0)));
    BOOST_TEST(std::ranges::count(mask(two, 0, Field::r_rec), 1) == static_cast<std::ptrdiff_t>(size));
  }
  spec.frozen_decay_fraction = 0.3;
  const NetworkState frozen = build_network(spec, 1);
  BOOST_TEST(std::ranges::count(mask(frozen, 0, Field::r_rec), 0) == 30);
  BOOST_TEST((mask(frozen, 0, Field::r_rec) != mask(frozen, 0, Field::r)));
}

BOOST_AUTO_TEST_CASE(only_hetsyn_has_autapses_by_default) {
  for (const auto model : {NeuronModel::hom_lif, NeuronModel::hom_alif, NeuronModel::het_lif}) {
    BOOST_TEST(values(build_network(spec_of(model), 1), 0, Field::w_rec)[0] == 0.0f);
    NetworkSpec spec = spec_of(model);
    spec.autapses = true;
    BOOST_TEST(values(build_network(spec, 1), 0, Field::w_rec)[0] != 0.0f);
  }
}

BOOST_AUTO_TEST_CASE(frozen_decays_are_an_exact_nested_fraction) {
  NetworkSpec spec = spec_of(NeuronModel::hetsyn_lif);
  const auto frozen = [&](double fraction) {
    spec.frozen_decay_fraction = fraction;
    return mask(build_network(spec, 5), 0, Field::r);
  };
  const auto few = frozen(0.3);
  const auto many = frozen(0.8);
  BOOST_TEST(std::count(few.begin(), few.end(), 0) == 6000);
  BOOST_TEST(std::count(many.begin(), many.end(), 0) == 16000);
  for (std::size_t i = 0; i < few.size(); ++i) BOOST_REQUIRE(many[i] <= few[i]);
  // Spread evenly: the first half holds half of them, within five binomial standard errors.
  const auto first_half = std::count(few.begin(), few.begin() + 10000, 0);
  BOOST_TEST(std::abs(static_cast<double>(first_half) - 3000.0) < 5.0 * std::sqrt(6000.0 * 0.25));
  const auto weights = mask(build_network(spec, 5), 0, Field::w);
  BOOST_TEST(std::count(weights.begin(), weights.end(), 0) == 0);
}

BOOST_AUTO_TEST_CASE(padding_is_zero_and_masked) {
  NetworkSpec spec = spec_of(NeuronModel::het_lif);
  spec.hidden = {3};
  const NetworkState state = build_network(spec, 1);
  std::vector<bool> used(state.layout.size, false);
  for (const ParameterGroup& group : state.layout.groups) {
    for (std::size_t i = 0; i < group.count(); ++i) used[group.offset + i] = true;
  }
  BOOST_TEST(std::count(used.begin(), used.end(), false) > 0);
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) BOOST_REQUIRE((state.parameters[i] == 0.0f && state.trainable[i] == 0));
  }
}

BOOST_AUTO_TEST_CASE(draws_depend_on_the_seed_alone) {
  NetworkSpec spec = spec_of(NeuronModel::hetsyn_lif);
  spec.tau_synapse_ms = {Kind::uniform, 5.0, 20.0};
  spec.hidden = {40, 30};
  const NetworkState first = build_network(spec, 1);
  BOOST_TEST((first.parameters == build_network(spec, 1).parameters));
  BOOST_TEST((first.parameters != build_network(spec, 2).parameters));
  // The size of one population leaves the others' draws alone.
  spec.outputs = 17;
  const NetworkState wider = build_network(spec, 1);
  for (const Field field : {Field::w, Field::r, Field::w_rec, Field::r_rec}) {
    BOOST_TEST((values(first, 0, field) == values(wider, 0, field)));
    BOOST_TEST((values(first, 1, field) == values(wider, 1, field)));
  }
  // Models that share the weights' shape share the weights.
  spec.model = NeuronModel::het_lif;
  BOOST_TEST((values(wider, 0, Field::w) == values(build_network(spec, 1), 0, Field::w)));
}

BOOST_AUTO_TEST_CASE(each_neuron_draws_its_adaptation) {
  NetworkSpec spec = spec_of(NeuronModel::hetsyn_lif);
  const NetworkState without = build_network(spec, 3);
  spec.adaptation = spec.adaptation_per_neuron = true;
  spec.tau_adaptation_ms = {Kind::uniform, 50.0, 150.0};
  spec.adaptation_strength = {Kind::normal, 0.1, 0.1};
  spec.membrane_adaptation = {Kind::lognormal, 0.5, 1.0};
  const NetworkState state = build_network(spec, 3);
  std::vector<double> tau_ms;
  for (const float rho : values(state, 0, Field::rho_a)) tau_ms.push_back(-1.0 / std::log(double{rho}));
  BOOST_TEST(std::ranges::min(tau_ms) > 49.99);
  BOOST_TEST(std::ranges::max(tau_ms) < 150.01);
  BOOST_TEST(moments(tau_ms).deviation > 20.0);
  const std::vector<float> b = values(state, 0, Field::b), m = values(state, 0, Field::m);
  const auto in = [](const std::vector<float>& drawn, float value) { return std::ranges::count(drawn, value); };
  BOOST_TEST(in(b, 0.0F) > 5);   // one in six is below 0
  BOOST_TEST(in(m, 1.0F) > 10);  // one in four is above 1, the largest without a filter
  BOOST_TEST(std::ranges::max(m) == 1.0F);
  BOOST_TEST(std::ranges::max(b) > 0.2F);
  BOOST_TEST(std::ranges::count(mask(state, 0, Field::b), 0) == 100);  // not trained
  BOOST_TEST((values(build_network(spec, 4), 0, Field::b) != b));
  for (const Field field : {Field::w, Field::r, Field::w_rec, Field::r_rec}) {
    BOOST_TEST((values(state, 0, field) == values(without, 0, field)));
  }
  spec.adaptation_trained = true;
  spec.frozen_decay_fraction = 1.0;  // of the synapses
  const NetworkState trained = build_network(spec, 3);
  BOOST_TEST((values(trained, 0, Field::m) == m));
  for (const Field field : {Field::rho_a, Field::b, Field::m}) {
    BOOST_TEST(std::ranges::count(mask(trained, 0, field), 1) == 100);
  }
}

BOOST_AUTO_TEST_SUITE_END()
