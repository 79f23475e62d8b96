#include "run/activity.hpp"

#include <boost/test/unit_test.hpp>
#include <memory>

#include "network/spec.hpp"

using namespace hetsyn;

namespace {

constexpr std::size_t kSteps = 10;

NetworkSpec small_spec() {
  NetworkSpec spec;
  spec.inputs = 3;
  spec.hidden = {4};
  spec.outputs = 2;
  spec.recurrent = true;
  return spec;
}

/// Runs `samples` forward in which channel 1 has `events` spikes each, or as many non-zero values among zeros.
Activity run(const NetworkSpec& spec, InputKind kind, std::size_t events, std::size_t samples, float weight,
             double dt_ms = 1.0) {
  NetworkState state = build_network(spec, 1);
  state.network.dt_ms = dt_ms;
  for (const ParameterGroup& group : state.layout.groups) {
    const float value = group.is_decay() || group.field == Field::w_rec ? 0.0f : weight;
    std::ranges::fill(group_span(std::span<float>(state.parameters), group), value);
  }
  auto sample = std::make_shared<InputSample>();
  sample->analog.resize(kind == InputKind::analog ? kSteps * spec.inputs : 0);
  sample->spikes.offsets = {0, 0, static_cast<std::uint32_t>(events), static_cast<std::uint32_t>(events)};
  for (std::size_t t = 0; t < events; ++t) {
    sample->spikes.steps.push_back(static_cast<std::uint32_t>(2 * t));
    if (kind == InputKind::analog) sample->analog[2 * t * spec.inputs + 1] = 1.0f;
  }
  InputBatch batch{.kind = kind, .steps = kSteps, .inputs = spec.inputs, .samples = {}, .prepared = {}};
  batch.samples.assign(samples, sample);
  const auto backend = make_backend("reference", state, {});
  ActivityCounter counter(backend->network());
  counter.add(backend->forward(batch), batch);
  return counter.activity();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(activity)

BOOST_AUTO_TEST_CASE(every_event_counts_for_every_synapse_it_reaches) {
  // Weight 4, far above what resets take off, and decay 0: every hidden neuron fires with each of the three events, and
  // at no other step.
  for (const InputKind kind : {InputKind::events, InputKind::analog}) {
    const Activity activity = run(small_spec(), kind, 3, 2, 4.0f, 5.0);
    BOOST_TEST(activity.input_events == 3.0);
    BOOST_TEST_REQUIRE(activity.populations.size() == 2u);
    const PopulationActivity &hidden = activity.populations[0], &readout = activity.populations[1];
    BOOST_TEST(hidden.name == "hidden1");
    BOOST_TEST(hidden.neurons == 4u);
    BOOST_TEST(hidden.spikes == 12.0);
    BOOST_TEST(hidden.rate_hz == 60.0, boost::test_tools::tolerance(1e-12));  // 3 in 50 ms; rounding of a quotient
    BOOST_TEST(hidden.synaptic_operations == 3.0 * 4 + 12 * 4);               // input, and recurrence with autapses
    BOOST_TEST(readout.synaptic_operations == 12.0 * 2);
    BOOST_TEST(readout.spikes == 0.0);
    BOOST_TEST(activity.synaptic_operations() == 84.0);
    BOOST_TEST(activity.spikes() == 12.0);
  }
}

BOOST_AUTO_TEST_CASE(absent_self_connections_do_not_count) {
  NetworkSpec spec = small_spec();
  spec.autapses = false;
  BOOST_TEST(run(spec, InputKind::events, 3, 1, 4.0f).populations[0].synaptic_operations == 3.0 * 4 + 12 * 3);
  // A current per synapse (3 × 4 and 4 × 3) and a reset current per neuron.
  BOOST_TEST(run(spec, InputKind::events, 3, 1, 4.0f).populations[0].decay_updates == 10.0 * (12 + 12 + 4));
}

BOOST_AUTO_TEST_CASE(decay_updates_are_the_states_of_each_model) {
  const auto updates = [](NeuronModel model, bool decay_per_projection = false) {
    NetworkSpec spec = small_spec();
    spec.model = model;
    spec.decay_per_projection = decay_per_projection;
    return run(spec, InputKind::events, 0, 1, 0.0f);
  };
  BOOST_TEST(updates(NeuronModel::hetsyn_lif).populations[0].decay_updates == 10.0 * (3 * 4 + 4 * 4 + 4));
  BOOST_TEST(updates(NeuronModel::hetsyn_lif).populations[1].decay_updates == 10.0 * (4 * 2));
  BOOST_TEST(updates(NeuronModel::het_lif).populations[0].decay_updates == 10.0 * (4 + 4));
  BOOST_TEST(updates(NeuronModel::het_lif, true).populations[0].decay_updates == 10.0 * (2 * 4 + 4));
  BOOST_TEST(updates(NeuronModel::het_lif, true).populations[1].decay_updates == 10.0 * 2);
  BOOST_TEST(updates(NeuronModel::hom_lif).populations[0].decay_updates == 10.0 * (4 + 4));
  BOOST_TEST(updates(NeuronModel::hom_alif).populations[0].decay_updates == 10.0 * (4 + 4 + 4));
  BOOST_TEST(updates(NeuronModel::hom_alif).populations[1].decay_updates == 10.0 * 2);
  BOOST_TEST(updates(NeuronModel::hom_lif).synaptic_operations() == 0.0);
}

BOOST_AUTO_TEST_SUITE_END()
