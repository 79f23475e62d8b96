// Where the models of the family coincide: Propositions 1–3 of Deng et al. 2025 and the reductions between the models.
#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <initializer_list>
#include <numeric>

#include "property/runner.hpp"
#include "support/compare.hpp"

using namespace hetsyn;
using namespace hetsyn::test;

namespace {

const auto kEngines = boost::unit_test::data::make(engines());

/// What a textbook LIF neuron with membrane reset by subtraction needs, beside weights.
struct PlainLif {
  std::vector<double> decay;  ///< ρ_j of the membrane potential [N]
  double threshold = 1.0;
  double reset_decay = -1.0;      ///< κ of the slow reset current; negative: none, κ = ρ
  double adaptation = 0.0;        ///< b
  double adaptation_decay = 0.0;  ///< ρ_a
  double membrane = 0.0;          ///< m
  bool current = false;           ///< A is a current into the leaky membrane, and not a part of the threshold
};

struct PlainTrace {
  std::vector<double> potential;       ///< u [B][T][N], after reset
  std::vector<double> spikes;          ///< [B][T][N]
  std::vector<double> threshold_rise;  ///< b [B][T][N]: a neuron spikes where u > ϑ + b
};

/// Dense x [T][inputs] of an event sample.
std::vector<double> raster(const InputSample& sample, std::size_t steps, std::size_t inputs) {
  std::vector<double> x(steps * inputs, 0.0);
  for (std::size_t i = 0; i < inputs; ++i) {
    for (std::uint32_t e = sample.spikes.offsets[i]; e < sample.spikes.offsets[i + 1]; ++e) {
      x[sample.spikes.steps[e] * inputs + i] = 1.0;
    }
  }
  return x;
}

/// The first hidden population as a plain LIF with membrane reset and adaptive threshold, written without the engine:
///   u[t] = ρ u[t−1] + Σ w x[t] + Σ w' z[t−1] − ϑ z[t−1]
///   b[t] = A[t] + J_κ[t] − J_ρ[t]        each J[t] = decay · J[t−1] + ϑ z[t−1],  A[t] = ρ_a A[t−1] + b z[t−1]
///   z[t] = 1 where u[t] > ϑ + b[t]
/// With `current`, it is an adLIF neuron (Bittar & Garner 2022; the same as SE-adLIF of Baronig et al. 2025, if spikes
/// subtract ϑ): A[t] = ρ_a A[t−1] + b z[t−1] + m u[t−1], and u[t] also has the term −(1 − ρ) A[t], which b[t] has not.
PlainTrace plain_lif(const PlainLif& lif, const NetworkState& state, const InputBatch& batch) {
  const std::vector<double> w = field_values(state, state.parameters, 0, Field::w);
  const std::vector<double> w_rec = field_values(state, state.parameters, 0, Field::w_rec);
  const std::size_t n = lif.decay.size();
  PlainTrace trace;
  for (const auto& sample : batch.samples) {
    const std::vector<double> x = raster(*sample, batch.steps, batch.inputs);
    std::vector<double> u(n), z(n), slow(n), fast(n), adaptation(n);
    for (std::size_t t = 0; t < batch.steps; ++t) {
      const std::vector<double> z_before = z;
      for (std::size_t j = 0; j < n; ++j) {
        double input = 0.0;
        for (std::size_t i = 0; i < batch.inputs; ++i) input += w[j * batch.inputs + i] * x[t * batch.inputs + i];
        for (std::size_t k = 0; k < n; ++k) input += w_rec[j * n + k] * z_before[k];
        const double reset = lif.threshold * z_before[j];
        adaptation[j] = lif.adaptation_decay * adaptation[j] + lif.adaptation * z_before[j] + lif.membrane * u[j];
        const double into_membrane = lif.current ? (1.0 - lif.decay[j]) * adaptation[j] : 0.0;
        u[j] = lif.decay[j] * u[j] + input - reset - into_membrane;
        fast[j] = lif.decay[j] * fast[j] + reset;
        slow[j] = (lif.reset_decay < 0.0 ? lif.decay[j] : lif.reset_decay) * slow[j] + reset;
        const double rise = (lif.current ? 0.0 : adaptation[j]) + slow[j] - fast[j];
        z[j] = u[j] > lif.threshold + rise ? 1.0 : 0.0;
        trace.potential.push_back(u[j]);
        trace.spikes.push_back(z[j]);
        trace.threshold_rise.push_back(rise);
      }
    }
  }
  return trace;
}

/// The engine's V is u − b; both spike at the same steps.
void check_plain(const Outcome& outcome, const PlainTrace& trace, double tolerance) {
  std::vector<double> potential = trace.potential;
  for (std::size_t k = 0; k < potential.size(); ++k) potential[k] -= trace.threshold_rise[k];
  BOOST_TEST(relative_error(outcome.potentials[0], potential) <= tolerance);
  BOOST_TEST(outcome.spikes[0] == trace.spikes, boost::test_tools::per_element());
  BOOST_TEST(euclidean_norm(trace.spikes) > 10.0);  // more than 100 spikes
}

void set_all_decays(NetworkState& state, float r) {
  for (const ParameterGroup& group : state.layout.groups) {
    if (group.is_decay()) set_rows(state, group, [&](std::size_t) { return r; });
  }
}

/// Copies the weights, which all models lay out the same way.
void copy_weights(const NetworkState& from, NetworkState& to) {
  for (const ParameterGroup& group : to.layout.groups) {
    if (group.is_decay()) continue;
    const ParameterGroup& source = *from.layout.find(group.population, group.field);
    std::copy_n(from.parameters.begin() + static_cast<std::ptrdiff_t>(source.offset), source.count(),
                to.parameters.begin() + static_cast<std::ptrdiff_t>(group.offset));
  }
}

/// hetsyn_lif with the weights of `shared` and each synapse carrying the decay of its neuron and projection, of its
/// neuron, or of the population.
NetworkState per_synapse_twin(const NetworkState& shared) {
  NetworkState twin = build_network(property_spec(NeuronModel::hetsyn_lif), 2);
  for (std::size_t p = 0; p < twin.network.populations.size(); ++p) {
    twin.network.populations[p].neuron = shared.network.populations[p].neuron;
  }
  copy_weights(shared, twin);
  for (const ParameterGroup& group : twin.layout.groups) {
    if (!group.is_decay()) continue;
    std::vector<double> r = field_values(shared, shared.parameters, group.population, group.field);
    if (r.empty()) r = field_values(shared, shared.parameters, group.population, Field::r);
    set_rows(twin, group, [&](std::size_t j) { return static_cast<float>(r.size() == 1 ? r[0] : r[j]); });
  }
  return twin;
}

void check_same_answers(const Outcome& a, const Outcome& b, double tolerance) {
  for (std::size_t p = 0; p < a.potentials.size(); ++p) {
    BOOST_TEST_CONTEXT("population " << p) {
      BOOST_TEST(relative_error(a.potentials[p], b.potentials[p]) <= tolerance);
      BOOST_TEST(a.spikes[p] == b.spikes[p], boost::test_tools::per_element());
    }
  }
  BOOST_TEST(relative_error(a.readout, b.readout) <= tolerance);
  BOOST_TEST(euclidean_norm(a.spikes[1]) > 10.0);
}

void check_same_weight_gradients(const NetworkState& state_a, const Outcome& a, const NetworkState& state_b,
                                 const Outcome& b, double tolerance) {
  for (std::size_t p = 0; p < a.potentials.size(); ++p) {
    for (const Field field : {Field::w, Field::w_rec}) {
      const std::vector<double> expected = field_values(state_b, b.gradients, p, field);
      BOOST_TEST_CONTEXT("gradient of " << field_info(field).name << " in population " << p) {
        BOOST_TEST(relative_error(field_values(state_a, a.gradients, p, field), expected) <= tolerance);
        BOOST_TEST((expected.empty() || euclidean_norm(expected) > 0.0));
      }
    }
  }
}

/// Σ_i dL/dr_ji + Σ_k dL/dr'_jk, or one of the two sums: the chain rule of decays that are the same for all i and k.
std::vector<double> summed_decay_gradients(const NetworkState& state, const Outcome& outcome, std::size_t p,
                                           std::initializer_list<Field> fields = {Field::r, Field::r_rec}) {
  std::vector<double> sums(state.network.populations[p].size, 0.0);
  for (const Field field : fields) {
    const std::vector<double> d = field_values(state, outcome.gradients, p, field);
    for (std::size_t k = 0; k < d.size(); ++k) sums[k / (d.size() / sums.size())] += d[k];
  }
  return sums;
}

NetworkState two_decays_per_neuron() {
  NetworkSpec spec = property_spec(NeuronModel::het_lif);
  spec.decay_per_projection = true;
  return build_network(spec, 1);
}

constexpr float kRho = 0.875F;  // exact in binary, so that float and double backends hold the same number

}  // namespace

BOOST_AUTO_TEST_SUITE(models)

/// Proposition 1: r_ji = r'_jk = κ = ρ makes HetSynLIF a plain LIF. With V = U − J and both decaying by ρ,
/// V[t] = ρ V[t−1] + Σ w x[t] + Σ w' z[t−1] − ϑ z[t−1].
BOOST_DATA_TEST_CASE(proposition_1_equal_decays_make_a_plain_lif, kEngines, engine) {
  NetworkState state = build_network(property_spec(NeuronModel::hetsyn_lif), 1);
  set_all_decays(state, kRho);
  state.network.populations[0].neuron.reset_decay = kRho;
  const InputBatch batch = property_batch();
  const PlainLif lif{.decay = std::vector<double>(19, kRho)};
  check_plain(engine.run(state, batch, property_d_readout(batch)), plain_lif(lif, state, batch), engine.tolerance);
}

/// Proposition 2: r_ji = ρ, but another reset decay κ, makes it a plain LIF whose threshold adapts: the reset current
/// is the membrane's own reset J_ρ plus J_κ − J_ρ, which raises the threshold.
BOOST_DATA_TEST_CASE(proposition_2_another_reset_decay_makes_an_adaptive_threshold, kEngines, engine) {
  NetworkState state = build_network(property_spec(NeuronModel::hetsyn_lif), 1);
  set_all_decays(state, kRho);
  state.network.populations[0].neuron.reset_decay = 0.9375;
  const InputBatch batch = property_batch();
  const PlainLif lif{.decay = std::vector<double>(19, kRho), .reset_decay = 0.9375};
  const PlainTrace trace = plain_lif(lif, state, batch);
  BOOST_TEST(euclidean_norm(trace.threshold_rise) > 1.0);
  check_plain(engine.run(state, batch, property_d_readout(batch)), trace, engine.tolerance);
}

/// The same for hom_alif: subtracting A from V is raising the threshold by A (Bellec et al. 2018).
BOOST_DATA_TEST_CASE(adaptation_current_is_an_adaptive_threshold, kEngines, engine) {
  NetworkSpec spec = property_spec(NeuronModel::hom_alif);
  spec.adaptation_strength.a = 0.25;
  NetworkState state = build_network(spec, 1);
  set_all_decays(state, kRho);
  state.network.populations[0].neuron.reset_decay = kRho;
  state.network.populations[0].neuron.adaptation_decay = 0.96875;
  const InputBatch batch = property_batch();
  const PlainLif lif{.decay = std::vector<double>(19, kRho), .adaptation = 0.25, .adaptation_decay = 0.96875};
  check_plain(engine.run(state, batch, property_d_readout(batch)), plain_lif(lif, state, batch), engine.tolerance);
}

/// With one decay for synapses, reset and the filter of the adaptation current, neurons are adLIF neurons.
BOOST_DATA_TEST_CASE(filtered_adaptation_makes_an_adlif_neuron, kEngines, engine) {
  NetworkSpec spec = property_spec(NeuronModel::hom_lif);
  spec.adaptation = true;
  NetworkState state = build_network(spec, 1);
  set_all_decays(state, kRho);
  NeuronConstants<double>& neuron = state.network.populations[0].neuron;
  neuron.reset_decay = neuron.adaptation_filter = kRho;
  neuron.adaptation_decay = 0.96875;
  neuron.adaptation = 0.25;
  neuron.membrane_adaptation = 0.5;
  const InputBatch batch = property_batch();
  PlainLif lif{.decay = std::vector<double>(19, kRho),
               .adaptation = 0.25,
               .adaptation_decay = 0.96875,
               .membrane = 0.5,
               .current = true};
  const PlainTrace trace = plain_lif(lif, state, batch);
  check_plain(engine.run(state, batch, property_d_readout(batch)), trace, engine.tolerance);
  lif.membrane = 0.0;
  BOOST_TEST(relative_error(plain_lif(lif, state, batch).potential, trace.potential) > 0.1);
}

/// Trained constants that are equal in all neurons are constants, and without m and filter, those of hom_alif.
BOOST_DATA_TEST_CASE(adlif_without_membrane_and_filter_is_hom_alif, kEngines, engine) {
  NetworkSpec spec = property_spec(NeuronModel::hom_alif);
  spec.adaptation_strength.a = 0.25;
  NetworkState alif = build_network(spec, 1);
  for (PopulationLayout& population : alif.network.populations) population.neuron.adaptation_decay = 0.96875;
  spec.adaptation_trained = spec.adaptation_per_neuron = true;
  NetworkState adlif = build_network(spec, 1);
  for (const ParameterGroup& group : adlif.layout.groups) {
    if (group.field == Field::rho_a) set_rows(adlif, group, [](std::size_t) { return 0.96875F; });
  }
  const InputBatch batch = property_batch();
  const Outcome a = engine.run(adlif, batch, property_d_readout(batch));
  const Outcome b = engine.run(alif, batch, property_d_readout(batch));
  check_same_answers(a, b, engine.tolerance);
  check_same_weight_gradients(adlif, a, alif, b, engine.tolerance);
  BOOST_TEST(adlif.network.populations[0].is_adlif());
  BOOST_TEST(!alif.network.populations[0].is_adlif());
}

/// Neurons that have the same parameters add up to those of the population.
BOOST_DATA_TEST_CASE(a_population_collects_the_gradients_of_its_neurons, kEngines, engine) {
  NetworkSpec spec = property_spec(NeuronModel::het_lif);
  spec.adaptation = spec.adaptation_trained = true;
  spec.membrane_adaptation.a = 0.25;
  spec.tau_adaptation_current_ms = 10.0;
  const NetworkState one = build_network(spec, 1);
  spec.adaptation_per_neuron = true;
  const NetworkState many = build_network(spec, 1);
  const InputBatch batch = property_batch();
  const Outcome a = engine.run(one, batch, property_d_readout(batch));
  const Outcome b = engine.run(many, batch, property_d_readout(batch));
  check_same_answers(a, b, engine.tolerance);
  for (std::size_t p = 0; p < 2; ++p) {
    for (const Field field : {Field::rho_a, Field::b, Field::m}) {
      const std::vector<double> total = field_values(one, a.gradients, p, field);
      const std::vector<double> each = field_values(many, b.gradients, p, field);
      BOOST_TEST_REQUIRE(total.size() == 1U);
      BOOST_TEST(each.size() == one.network.populations[p].size);
      BOOST_TEST(std::abs(total[0] - std::accumulate(each.begin(), each.end(), 0.0)) <=
                 engine.tolerance * euclidean_norm(each));
      BOOST_TEST(euclidean_norm(each) > 0.0);
    }
  }
}

/// Proposition 3: r_ji = r'_jk = κ_j = r_j makes it a plain LIF with one time constant per neuron; this is het_lif with
/// the reset decay tied.
BOOST_DATA_TEST_CASE(proposition_3_one_decay_per_neuron_makes_a_heterogeneous_lif, kEngines, engine) {
  NetworkSpec spec = property_spec(NeuronModel::het_lif);
  spec.tie_reset_decay = true;
  const NetworkState state = build_network(spec, 1);
  const InputBatch batch = property_batch();
  const PlainLif lif{.decay = field_values(state, state.parameters, 0, Field::r)};
  check_plain(engine.run(state, batch, property_d_readout(batch)), plain_lif(lif, state, batch), engine.tolerance);
}

/// hetsyn_lif with r_ji = r'_jk = r_j is het_lif: same V, spikes and weight gradients, and r_j collects the gradients
/// of its synapses' decays.
BOOST_DATA_TEST_CASE(hetsyn_lif_with_decays_per_neuron_is_het_lif, kEngines, engine) {
  const NetworkState shared = build_network(property_spec(NeuronModel::het_lif), 1);
  const NetworkState twin = per_synapse_twin(shared);
  const InputBatch batch = property_batch();
  const Outcome a = engine.run(twin, batch, property_d_readout(batch));
  const Outcome b = engine.run(shared, batch, property_d_readout(batch));
  check_same_answers(a, b, engine.tolerance);
  check_same_weight_gradients(twin, a, shared, b, engine.tolerance);
  for (std::size_t p = 0; p < shared.network.populations.size(); ++p) {
    const std::vector<double> expected = field_values(shared, b.gradients, p, Field::r);
    BOOST_TEST_CONTEXT("gradient of r in population " << p) {
      BOOST_TEST(relative_error(summed_decay_gradients(twin, a, p), expected) <= engine.tolerance);
    }
  }
}

/// The same with r_ji = r_j and r'_jk = r'_j, which het_lif has with a decay per projection.
BOOST_DATA_TEST_CASE(hetsyn_lif_with_decays_per_projection_is_het_lif_with_two, kEngines, engine) {
  const NetworkState two = two_decays_per_neuron();
  const NetworkState twin = per_synapse_twin(two);
  const InputBatch batch = property_batch();
  const Outcome a = engine.run(twin, batch, property_d_readout(batch));
  const Outcome b = engine.run(two, batch, property_d_readout(batch));
  check_same_answers(a, b, engine.tolerance);
  check_same_weight_gradients(twin, a, two, b, engine.tolerance);
  for (const ParameterGroup& group : two.layout.groups) {
    if (!group.is_decay()) continue;
    const std::vector<double> expected = field_values(two, b.gradients, group.population, group.field);
    const std::vector<double> actual = summed_decay_gradients(twin, a, group.population, {group.field});
    BOOST_TEST_CONTEXT("gradient of " << group.name) {
      BOOST_TEST(euclidean_norm(expected) > 0.0);
      BOOST_TEST(relative_error(actual, expected) <= engine.tolerance);
    }
  }
}

/// With r'_j = r_j a decay per projection is a decay per neuron, whose gradient is the sum of both.
BOOST_DATA_TEST_CASE(two_equal_decays_are_one, kEngines, engine) {
  const NetworkState shared = build_network(property_spec(NeuronModel::het_lif), 1);
  NetworkState two = two_decays_per_neuron();
  for (const ParameterGroup& group : two.layout.groups) {
    const Field source = group.field == Field::r_rec ? Field::r : group.field;
    const std::vector<double> values = field_values(shared, shared.parameters, group.population, source);
    std::ranges::transform(values, two.parameters.begin() + static_cast<std::ptrdiff_t>(group.offset),
                           [](double value) { return static_cast<float>(value); });
  }
  const InputBatch batch = property_batch();
  const Outcome a = engine.run(two, batch, property_d_readout(batch));
  const Outcome b = engine.run(shared, batch, property_d_readout(batch));
  check_same_answers(a, b, engine.tolerance);
  check_same_weight_gradients(two, a, shared, b, engine.tolerance);
  for (std::size_t p = 0; p < shared.network.populations.size(); ++p) {
    const std::vector<double> expected = field_values(shared, b.gradients, p, Field::r);
    BOOST_TEST_CONTEXT("gradient of r in population " << p) {
      BOOST_TEST(relative_error(summed_decay_gradients(two, a, p), expected) <= engine.tolerance);
    }
  }
}

/// hetsyn_lif with all r_ji = r is hom_lif, or hom_alif if both adapt.
BOOST_DATA_TEST_CASE(hetsyn_lif_with_one_decay_is_homogeneous, kEngines, engine) {
  for (const NeuronModel model : {NeuronModel::hom_lif, NeuronModel::hom_alif}) {
    const NetworkState shared = build_network(property_spec(model), 1);
    const NetworkState twin = per_synapse_twin(shared);
    const InputBatch batch = property_batch();
    const Outcome a = engine.run(twin, batch, property_d_readout(batch));
    const Outcome b = engine.run(shared, batch, property_d_readout(batch));
    BOOST_TEST_CONTEXT(neuron_model_name(model)) {
      check_same_answers(a, b, engine.tolerance);
      check_same_weight_gradients(twin, a, shared, b, engine.tolerance);
      BOOST_TEST(euclidean_norm(field_values(shared, b.gradients, 0, Field::r)) == 0.0);  // not trained
    }
  }
}

BOOST_DATA_TEST_CASE(hom_alif_without_strength_is_hom_lif, kEngines, engine) {
  NetworkSpec spec = property_spec(NeuronModel::hom_alif);
  const NetworkState adaptive = build_network(spec, 1);
  spec.adaptation_strength.a = 0.0;
  const NetworkState alif = build_network(spec, 1);
  const NetworkState lif = build_network(property_spec(NeuronModel::hom_lif), 1);
  const InputBatch batch = property_batch();
  const Outcome a = engine.run(alif, batch, property_d_readout(batch));
  const Outcome b = engine.run(lif, batch, property_d_readout(batch));
  check_same_answers(a, b, engine.tolerance);
  check_same_weight_gradients(alif, a, lif, b, engine.tolerance);
  const Outcome adapted = engine.run(adaptive, batch, property_d_readout(batch));
  BOOST_TEST(relative_error(adapted.potentials[0], b.potentials[0]) > 0.01);  // and adaptation does something
}

BOOST_AUTO_TEST_SUITE_END()
