#include "run/parameter_perturbation.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "dynamics/synapse.hpp"

using namespace hetsyn;

namespace {

/// A network of 30 inputs and 40 recurrent neurons, whose self-connections are absent.
struct Network {
  Network() {
    config.model.inputs = 30;
    config.model.hidden = {40};
    config.model.outputs = 2;
    config.model.recurrent = true;
    config.model.autapses = false;
    config.model.dt_ms = 5.0;
    config.model.tau_synapse_ms = {InitialDistribution::Kind::uniform, 50.0, 150.0};
    state = build_network(config.model, 1);
  }

  [[nodiscard]] AlignedVector<float> perturbed() const {
    AlignedVector<float> parameters = state.parameters;
    perturb_parameters(parameters, state.layout, config);
    return parameters;
  }
  [[nodiscard]] std::span<const float> group(const AlignedVector<float>& parameters, Field field,
                                             std::size_t population = 0) const {
    return group_span(std::span<const float>(parameters), *state.layout.find(population, field));
  }

  RunConfig config;
  NetworkState state;
};

double tau_ms(float decay) { return time_constant_ms(static_cast<double>(decay), 5.0); }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(parameter_perturbation, Network)

BOOST_AUTO_TEST_CASE(noise_has_the_stated_relative_deviation) {
  config.perturb.weight_noise = 0.2;
  const AlignedVector<float> after = perturbed();
  const auto before = group(state.parameters, Field::w), noisy = group(after, Field::w);
  double sum = 0.0, squares = 0.0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const double relative = static_cast<double>(noisy[i]) / static_cast<double>(before[i]) - 1.0;
    sum += relative;
    squares += relative * relative;
  }
  const auto n = static_cast<double>(before.size());
  BOOST_TEST(std::abs(sum / n) < 5.0 * 0.2 / std::sqrt(n));  // five standard errors
  BOOST_TEST(std::abs(squares / n - 0.04) < 5.0 * 0.04 * std::sqrt(2.0 / n));
  BOOST_TEST(std::ranges::equal(group(after, Field::r), group(state.parameters, Field::r)));
}

BOOST_AUTO_TEST_CASE(noisy_decays_stay_within_the_clamp_of_training) {
  config.perturb.decay_noise = 0.5;
  config.train.optimizer.decay_min = 0.25;
  config.train.optimizer.decay_max = 0.75;
  const AlignedVector<float> after = perturbed();
  const auto decays = group(after, Field::r);
  BOOST_TEST(std::ranges::min(decays) == 0.25f);  // 1200 decays near 0.95 ± 0.47: some reach both ends
  BOOST_TEST(std::ranges::max(decays) == 0.75f);
  BOOST_TEST(std::ranges::equal(group(after, Field::w), group(state.parameters, Field::w)));
}

BOOST_AUTO_TEST_CASE(noise_reaches_the_decays_of_both_projections) {
  config.model.model = NeuronModel::het_lif;
  config.model.decay_per_projection = true;
  state = build_network(config.model, 1);
  config.perturb.decay_noise = 0.01;
  const AlignedVector<float> after = perturbed();
  for (const Field field : {Field::r, Field::r_rec}) {
    const auto before = group(state.parameters, field), noisy = group(after, field);
    BOOST_TEST_REQUIRE(before.size() == 40u);
    for (std::size_t j = 0; j < 40; ++j) BOOST_TEST(before[j] != noisy[j]);
  }
}

BOOST_AUTO_TEST_CASE(noise_reaches_an_adaptation_of_each_neuron) {
  config.model.adaptation = config.model.adaptation_per_neuron = config.model.adaptation_trained = true;
  config.model.membrane_adaptation.a = 0.9;
  state = build_network(config.model, 1);
  config.perturb.weight_noise = 1.0;
  config.perturb.replace_tau_above_ms = 1.0;
  const AlignedVector<float> after = perturbed();
  BOOST_TEST(std::ranges::equal(group(after, Field::rho_a), group(state.parameters, Field::rho_a)));
  BOOST_TEST(std::ranges::min(group(after, Field::b)) == 0.0F);
  BOOST_TEST(std::ranges::min(group(after, Field::m)) == 0.0F);
  BOOST_TEST(std::ranges::max(group(after, Field::m)) == 1.0F);  // unstable above
  config.perturb = {};
  config.perturb.decay_noise = 0.01;
  const AlignedVector<float> noisy = perturbed();
  for (std::size_t j = 0; j < 40; ++j)
    BOOST_TEST(group(noisy, Field::rho_a)[j] != group(state.parameters, Field::rho_a)[j]);
  BOOST_TEST(std::ranges::equal(group(noisy, Field::b), group(state.parameters, Field::b)));
}

BOOST_AUTO_TEST_CASE(absent_weights_stay_absent) {
  config.perturb.weight_noise = 1.0;
  const AlignedVector<float> after = perturbed();
  for (std::size_t j = 0; j < 40; ++j) BOOST_TEST(group(after, Field::w_rec)[j * 40 + j] == 0.0f);
}

BOOST_AUTO_TEST_CASE(draws_depend_on_the_seed) {
  config.perturb.weight_noise = 0.1;
  const AlignedVector<float> first = perturbed();
  BOOST_TEST((perturbed() == first));
  config.perturb.spikes.seed = 1;
  BOOST_TEST((perturbed() != first));
}

BOOST_AUTO_TEST_CASE(long_time_constants_become_the_initial_mean) {
  config.perturb.replace_tau_above_ms = 120.0;
  state.parameters[state.layout.find(0, Field::r)->offset] = 1.0f;  // τ = ∞
  const AlignedVector<float> after = perturbed();
  std::size_t replaced = 0;
  for (const Field field : {Field::r, Field::r_rec}) {
    const auto before = group(state.parameters, field), now = group(after, field);
    for (std::size_t i = 0; i < before.size(); ++i) {
      const bool is_long = tau_ms(before[i]) > 120.0;
      replaced += is_long ? 1 : 0;
      BOOST_REQUIRE(now[i] == (is_long ? static_cast<float>(std::exp(-5.0 / 100.0)) : before[i]));
    }
  }
  BOOST_TEST(replaced > 500u);  // 30 % of 2760
  BOOST_TEST(std::ranges::equal(group(after, Field::w), group(state.parameters, Field::w)));
}

BOOST_AUTO_TEST_CASE(replacement_can_be_named_and_kept_to_the_input) {
  config.perturb.replace_tau_above_ms = 120.0;
  config.perturb.replace_tau_with_ms = 10.0;
  config.perturb.replace_tau_in = ReplacedDecays::input;
  const AlignedVector<float> after = perturbed();
  BOOST_TEST(std::ranges::min(group(after, Field::r)) == static_cast<float>(std::exp(-0.5)));
  BOOST_TEST(std::ranges::equal(group(after, Field::r_rec), group(state.parameters, Field::r_rec)));
  BOOST_TEST(std::ranges::equal(group(after, Field::r, 1), group(state.parameters, Field::r, 1)));
}

BOOST_AUTO_TEST_CASE(nothing_asked_nothing_changed) { BOOST_TEST((perturbed() == state.parameters)); }

BOOST_AUTO_TEST_SUITE_END()
