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
  spec.adaptation_strength = 0.1;
  BOOST_TEST(network_layout(spec).populations[0].neuron.adaptation == 0.0);
  spec.model = NeuronModel::hom_alif;
  BOOST_TEST(network_layout(spec).populations[0].neuron.adaptation == 0.1);
  BOOST_TEST(network_layout(spec).populations[0].neuron.adaptation_decay == std::exp(-0.01));
  spec.model = NeuronModel::hetsyn_lif;
  spec.adaptation = true;
  BOOST_TEST(network_layout(spec).populations[0].neuron.adaptation == 0.1);
}

BOOST_AUTO_TEST_SUITE_END()
