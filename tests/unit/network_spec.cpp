#include <algorithm>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <ostream>

#include "network/spec.hpp"

namespace data = boost::unit_test::data;
using namespace hetsyn;

namespace {

/// One projection of M inputs onto N neurons, read out by one further population that the count below leaves out.
NetworkSpec single_layer(NeuronModel model, bool recurrent) {
  NetworkSpec spec;
  spec.model = model;
  spec.inputs = 70;
  spec.hidden = {30};
  spec.outputs = 20;
  spec.recurrent = recurrent;
  return spec;
}

struct CountCase {
  NeuronModel model;
  bool recurrent;
  std::size_t hidden;   ///< Table 3 with M = 70, N = 30
  std::size_t readout;  ///< Table 3 with M = 30, N = 20, never recurrent
};
std::ostream& operator<<(std::ostream& out, const CountCase& c) {
  return out << neuron_model_name(c.model) << (c.recurrent ? " R" : " F");
}
const CountCase kCounts[] = {
    {NeuronModel::hetsyn_lif, false, 2 * 70 * 30, 2 * 30 * 20},
    {NeuronModel::hetsyn_lif, true, 2 * 70 * 30 + 2 * 30 * 30, 2 * 30 * 20},
    {NeuronModel::hom_lif, false, 70 * 30, 30 * 20},
    {NeuronModel::hom_lif, true, 70 * 30 + 30 * 30, 30 * 20},
    {NeuronModel::hom_alif, false, 70 * 30, 30 * 20},
    {NeuronModel::hom_alif, true, 70 * 30 + 30 * 30, 30 * 20},
    {NeuronModel::het_lif, false, 70 * 30 + 30, 30 * 20 + 20},
    {NeuronModel::het_lif, true, 70 * 30 + 30 * 30 + 30, 30 * 20 + 20},
};

struct BadSpec {
  const char* key;
  void (*spoil)(NetworkSpec&);
};
std::ostream& operator<<(std::ostream& out, const BadSpec& c) { return out << c.key; }
const BadSpec kBadSpecs[] = {
    {"model.hidden", [](NetworkSpec& s) { s.hidden = {}; }},
    {"model.hidden", [](NetworkSpec& s) { s.hidden.assign(256, 1); }},
    {"model.dt_ms", [](NetworkSpec& s) { s.dt_ms = 0.0; }},
    {"model.frozen_decay_fraction",
     [](NetworkSpec& s) {
       s.model = NeuronModel::hom_lif;
       s.frozen_decay_fraction = 0.5;
     }},
    {"model.tie_reset_decay", [](NetworkSpec& s) { s.tie_reset_decay = true; }},
    {"model.tie_reset_decay",
     [](NetworkSpec& s) {
       s.model = NeuronModel::het_lif;
       s.decay_per_projection = true;
       s.tie_reset_decay = true;
     }},
    {"model.decay_per_projection", [](NetworkSpec& s) { s.decay_per_projection = true; }},
    {"model.decay_per_projection",
     [](NetworkSpec& s) {
       s.model = NeuronModel::hom_lif;
       s.decay_per_projection = true;
     }},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(network_spec)

BOOST_DATA_TEST_CASE(counts_are_those_of_table_3, data::make(kCounts), c) {
  const NetworkLayout network = network_layout(single_layer(c.model, c.recurrent));
  BOOST_TEST(parameter_count(network) == c.hidden + c.readout);
  BOOST_TEST(parameter_counts(network) == (std::vector<std::size_t>{c.hidden, c.readout}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_decay_per_projection_is_one_more_per_recurrent_neuron) {
  NetworkSpec spec = single_layer(NeuronModel::het_lif, true);
  spec.decay_per_projection = true;
  const NetworkLayout network = network_layout(spec);
  BOOST_TEST(parameter_counts(network) == (std::vector<std::size_t>{70 * 30 + 30 * 30 + 2 * 30, 30 * 20 + 20}),
             boost::test_tools::per_element());
  const ParameterLayout layout = parameter_layout(network);
  const ParameterGroup* const r_rec = layout.find(0, Field::r_rec);
  BOOST_TEST_REQUIRE(r_rec != nullptr);
  BOOST_TEST(r_rec->name == "hidden1.r_rec");
  BOOST_TEST(r_rec->rows == 30u);
  BOOST_TEST(r_rec->columns == 1u);
  BOOST_TEST(r_rec->trainable);
  BOOST_TEST(layout.find(1, Field::r_rec) == nullptr);  // the readout has one projection
}

/// A feed-forward population has one projection: the option changes nothing, and the reset may be tied.
BOOST_AUTO_TEST_CASE(a_decay_per_projection_needs_recurrence) {
  NetworkSpec spec = single_layer(NeuronModel::het_lif, false);
  spec.decay_per_projection = true;
  spec.tie_reset_decay = true;
  const NetworkLayout network = network_layout(spec);
  BOOST_TEST((network.populations[0].sharing == DecaySharing::neuron));
  BOOST_TEST(parameter_counts(network) == (std::vector<std::size_t>{70 * 30 + 30, 30 * 20 + 20}),
             boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(a_bad_combination_is_refused_by_key, data::make(kBadSpecs), c) {
  NetworkSpec spec = single_layer(NeuronModel::hetsyn_lif, true);
  BOOST_REQUIRE_NO_THROW(network_layout(spec));
  c.spoil(spec);
  BOOST_CHECK_EXCEPTION(network_layout(spec), ConfigError, [&](const ConfigError& e) { return e.key() == c.key; });
}

BOOST_AUTO_TEST_CASE(populations_form_a_chain) {
  NetworkSpec spec = single_layer(NeuronModel::het_lif, true);
  spec.hidden = {30, 12};
  spec.dropout = 0.2;
  spec.dt_ms = 2.0;
  spec.tie_reset_decay = true;
  const NetworkLayout network = network_layout(spec);
  BOOST_TEST_REQUIRE(network.populations.size() == 3u);
  const PopulationLayout& second = network.populations[1];
  BOOST_TEST(second.name == "hidden2");
  BOOST_TEST(second.inputs == 30u);
  BOOST_TEST(second.size == 12u);
  BOOST_TEST(second.recurrent);
  BOOST_TEST(second.dropout == 0.2);
  BOOST_TEST(second.neuron.reset_decay == std::exp(-0.1));
  const PopulationLayout& readout = network.readout();
  BOOST_TEST(readout.name == "readout");
  BOOST_TEST(readout.inputs == 12u);
  BOOST_TEST(!readout.recurrent);
  BOOST_TEST(!readout.spiking);
  BOOST_TEST(!readout.tie_reset_decay);  // nothing to reset
  BOOST_TEST(readout.dropout == 0.0);
  BOOST_TEST((readout.sharing == DecaySharing::neuron));
}

BOOST_AUTO_TEST_CASE(adaptation_belongs_to_alif_or_is_asked_for) {
  NetworkSpec spec = single_layer(NeuronModel::hom_lif, false);
  spec.adaptation_strength.a = 0.1;
  BOOST_TEST(network_layout(spec).populations[0].neuron.adaptation == 0.0);
  spec.model = NeuronModel::hom_alif;
  BOOST_TEST(network_layout(spec).populations[0].neuron.adaptation == 0.1);
  BOOST_TEST(network_layout(spec).populations[0].neuron.adaptation_decay == std::exp(-0.01));
  spec.model = NeuronModel::hetsyn_lif;
  spec.adaptation = true;
  BOOST_TEST(network_layout(spec).populations[0].neuron.adaptation == 0.1);
  BOOST_TEST(!network_layout(spec).populations[0].is_adlif());
}

BOOST_AUTO_TEST_CASE(adlif_neurons_are_those_that_need_more_than_alif) {
  NetworkSpec spec = single_layer(NeuronModel::hom_alif, false);
  const auto is_adlif = [&](std::size_t population = 0) {
    return network_layout(spec).populations[population].is_adlif();
  };
  spec.adaptation_per_neuron = true;  // of constants
  BOOST_TEST(!is_adlif());
  spec.membrane_adaptation.a = 0.5;
  BOOST_TEST(is_adlif());
  BOOST_TEST(!is_adlif(1));  // the readout does not spike
  BOOST_TEST(network_layout(spec).populations[0].neuron.membrane_adaptation == 0.5);
  BOOST_TEST(network_layout(spec).populations[0].neuron.adaptation_filter == 0.0);
  spec.model = NeuronModel::hom_lif;  // without adaptation
  BOOST_TEST(!is_adlif());
  spec.adaptation = true;
  spec.membrane_adaptation.a = 0.0;
  spec.tau_adaptation_current_ms = 10.0;
  BOOST_TEST(is_adlif());
  BOOST_TEST(network_layout(spec).populations[0].neuron.adaptation_filter == std::exp(-0.1));
  spec.tau_adaptation_current_ms = 0.0;
  spec.adaptation_trained = true;
  BOOST_TEST(is_adlif());
}

BOOST_AUTO_TEST_CASE(a_trained_adaptation_has_three_parameters) {
  NetworkSpec spec = single_layer(NeuronModel::hom_alif, true);
  spec.spiking_readout = true;
  const std::size_t weights = 70 * 30 + 30 * 30, of_readout = 30 * 20;
  const auto counts = [&] { return parameter_counts(network_layout(spec)); };
  BOOST_TEST(counts() == (std::vector<std::size_t>{weights, of_readout}), boost::test_tools::per_element());
  BOOST_TEST(parameter_layout(network_layout(spec)).find(0, Field::b) == nullptr);
  spec.adaptation_trained = true;
  BOOST_TEST(counts() == (std::vector<std::size_t>{weights + 3, of_readout + 3}), boost::test_tools::per_element());
  spec.adaptation_per_neuron = true;
  BOOST_TEST(counts() == (std::vector<std::size_t>{weights + 3 * 30, of_readout + 3 * 20}),
             boost::test_tools::per_element());
  spec.adaptation_trained = false;
  spec.adaptation_strength = {InitialDistribution::Kind::uniform, 0.1, 0.2};
  BOOST_TEST(counts() == (std::vector<std::size_t>{weights, of_readout}), boost::test_tools::per_element());
  const ParameterLayout layout = parameter_layout(network_layout(spec));
  BOOST_TEST_REQUIRE(layout.find(0, Field::rho_a) != nullptr);
  BOOST_TEST(layout.find(0, Field::rho_a)->name == "hidden1.rho_a");
  BOOST_TEST(layout.find(0, Field::m)->range.highest == 1.0);
  spec.spiking_readout = false;
  BOOST_TEST(parameter_layout(network_layout(spec)).find(1, Field::b) == nullptr);
}

BOOST_AUTO_TEST_CASE(adaptation_that_cannot_be_is_refused) {
  NetworkSpec spec = single_layer(NeuronModel::hom_alif, false);
  const auto refused = [&](const std::string& key, const std::string& text) {
    BOOST_CHECK_EXCEPTION(network_layout(spec), ConfigError, [&](const ConfigError& e) {
      return e.key() == key && std::string(e.what()).find(text) != std::string::npos;
    });
  };
  spec.tau_adaptation_ms = {InitialDistribution::Kind::uniform, 50.0, 100.0};
  refused("model.tau_adaptation_ms",
          "model.tau_adaptation_ms is a distribution: expected a number, or "
          "model.adaptation_per_neuron = true");
  spec.adaptation_per_neuron = true;
  BOOST_CHECK_NO_THROW(network_layout(spec));
  spec.membrane_adaptation.a = 1.5;
  refused("model.membrane_adaptation", "model.membrane_adaptation = 1.5: expected at most 1, (1 + q) / (1 - q)");
  spec.membrane_adaptation = {InitialDistribution::Kind::uniform, 0.0, 50.0};
  refused("model.membrane_adaptation", "model.membrane_adaptation = 50: expected at most 1,");
  spec.tau_adaptation_current_ms = 20.0;
  refused("model.membrane_adaptation", "model.membrane_adaptation = 50: expected at most 40.0083,");
  spec.tau_adaptation_current_ms = 30.0;
  BOOST_CHECK_NO_THROW(network_layout(spec));
}

/// V of a silent neuron after an impulse stays small up to the largest m, whatever ρ_a is, and grows beyond what
/// docs/model.md says.
BOOST_AUTO_TEST_CASE(the_largest_membrane_adaptation_is_stable) {
  const auto largest_end = [](double decay, double filter, double m) {
    NeuronConstants<double> constants{};
    constants.threshold = 1e300;
    constants.adaptation_decay = decay;
    constants.membrane_adaptation = m;
    constants.adaptation_filter = filter;
    AdlifState<double> state;
    double v = 0.0, largest = 0.0;
    for (int t = 0; t < 20000; ++t) {
      v = neuron_step(state, 0.0, t == 0 ? 1.0 : 0.0, constants);
      if (t >= 19000 || std::abs(v) > 1e6) largest = std::max(largest, std::abs(v));
      if (largest > 1e6) break;
    }
    return largest;
  };
  for (const double decay : {0.0, 0.3, 0.9, 0.99}) {
    for (const double filter : {0.0, 0.5, 0.95}) {
      BOOST_TEST_CONTEXT("rho_a = " << decay << ", q = " << filter) {
        const double largest = largest_membrane_adaptation(filter);
        BOOST_TEST(largest_end(decay, filter, 0.99 * largest) < 1e-3);
        BOOST_TEST(largest_end(decay, filter, largest) < 2.0);
        BOOST_TEST(largest_end(decay, filter, 1.01 * largest * (1.0 + decay)) > 1e3);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
