// Compares the reference's backward pass with finite differences, with smooth spikes.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>

#include "backend/host_loss.hpp"
#include "gradient/finite_differences.hpp"
#include "support/batches.hpp"

using namespace hetsyn;
using namespace hetsyn::test;

namespace {

// The differences are good to about 1e-11 (finite_differences.cpp), which is 1e-7 of the smallest gradients here; a
// wrong or missing term is orders of magnitude above.
constexpr double kTolerance = 1e-6;

constexpr std::size_t kSamples = 2;
constexpr std::size_t kSteps = 9;

NetworkSpec small_spec(NeuronModel model) {
  NetworkSpec spec;
  spec.model = model;
  spec.inputs = 4;
  spec.hidden = {3};
  spec.outputs = 3;
  spec.recurrent = true;
  spec.threshold = 0.8;
  spec.tau_synapse_ms = {InitialDistribution::Kind::uniform, 1.5, 8.0};
  spec.tau_reset_ms = 4.0;
  spec.tau_adaptation_ms.a = 6.0;
  spec.adaptation_strength.a = 0.3;
  return spec;
}

InputBatch small_batch(InputKind kind) {
  return random_batch({kind, kSamples, kSteps, 4, kind == InputKind::events ? 0.4 : 0.7}, 23);
}

/// Rounds the values of analog input for input_gradient_error().
InputBatch rounded(const InputBatch& batch) {
  if (batch.kind == InputKind::events) return batch;
  InputBatch out = batch;
  for (auto& sample : out.samples) {
    auto copy = std::make_shared<InputSample>(*sample);
    for (float& value : copy->analog) value = std::round(value * 0x1p12F) * 0x1p-12F;
    sample = std::move(copy);
  }
  return out;
}

/// What a task's callback may give: a function of the readout that the engine does not know.
LossValue callback_loss(const Reference& reference) {
  const std::span<const double> y = reference.readout();
  const std::vector<double> c = random_values(y.size(), 31);
  LossValue loss;
  for (std::size_t i = 0; i < y.size(); ++i) {
    loss.value += c[i] * y[i] + 0.5 * y[i] * y[i];
    loss.d_readout.push_back(c[i] + y[i]);
  }
  return loss;
}

LossValue built_in_loss(const Reference& reference, const LossTerm& term) {
  const std::vector<std::int32_t> labels{2, 0};
  const std::vector<float> target = random_values<float>(reference.readout().size(), 37);
  LossValue loss;
  loss.d_readout.assign(reference.readout().size(), 0.0);
  loss.value = readout_loss<double>(term, {reference.readout(), labels, target}, loss.d_readout);
  return loss;
}

/// The rate regulariser of all hidden populations on top of a readout loss.
LossValue rate_loss_too(const Reference& reference) {
  LossValue loss = callback_loss(reference);
  const std::size_t hidden = reference.network().populations.size() - 1;
  std::vector<std::vector<double>> spikes;
  for (std::size_t p = 0; p < hidden; ++p) {
    const std::size_t neurons = reference.network().populations[p].size;
    spikes.push_back(spikes_per_neuron<double>(reference.spike_counts(p)));
    loss.d_spike.emplace_back(neurons, 0.0);
  }
  const LossTerm term{LossKind::rate, 0.7, 100.0};
  loss.value += rate_loss<double>(term, spikes, kSamples, kSteps, 1.0, loss.d_spike);
  loss.d_spike.emplace_back();  // none on the readout
  return loss;
}

void check(const NetworkSpec& spec, InputKind kind, const Loss& loss) {
  ForwardOptions options;
  if (spec.dropout > 0.0) options.dropout = DropoutKey{.seed = 1, .pass = 2, .first_sample = 3};
  Reference reference(smooth_state(spec));
  std::vector<GroupError> errors = gradient_errors(reference, small_batch(kind), options, loss);
  errors.push_back(input_gradient_error(reference, rounded(small_batch(kind)), options, loss));
  for (const GroupError& group : errors) {
    BOOST_TEST_CONTEXT("group " << group.group) {
      BOOST_TEST(group.norm > 1e-6);  // the comparison is not one of zeros
      BOOST_TEST(group.error <= kTolerance);
    }
  }
}

/// Adaptation by the membrane, through a filter.
void make_adlif(NetworkSpec& spec) {
  spec.adaptation = true;
  spec.membrane_adaptation.a = 0.4;
  spec.tau_adaptation_current_ms = 3.0;
}

/// The same with parameters that each neuron draws and trains.
void make_trained_adlif(NetworkSpec& spec) {
  using enum InitialDistribution::Kind;
  make_adlif(spec);
  spec.adaptation_per_neuron = spec.adaptation_trained = true;
  spec.tau_adaptation_ms = {lognormal, 6.0, 0.5};
  spec.adaptation_strength = {normal, 0.3, 0.1};
  spec.membrane_adaptation = {uniform, 0.2, 0.6};
}

struct Variation {
  std::string name;
  void (*apply)(NetworkSpec&);
};
std::ostream& operator<<(std::ostream& out, const Variation& v) { return out << v.name; }

const std::vector<Variation> kVariations{
    {"without a readout",
     [](NetworkSpec& s) {
       s.readout = false;
       s.outputs = s.hidden.back();
     }},
    {"feed-forward", [](NetworkSpec& s) { s.recurrent = false; }},
    {"recurrent", [](NetworkSpec& s) { s.recurrent = true; }},
    {"a decay per projection", [](NetworkSpec& s) { s.decay_per_projection = s.model == NeuronModel::het_lif; }},
    {"without autapses", [](NetworkSpec& s) { s.autapses = false; }},
    {"with autapses", [](NetworkSpec& s) { s.autapses = true; }},
    {"adaptation", [](NetworkSpec& s) { s.adaptation = true; }},
    {"adaptation by the membrane",
     [](NetworkSpec& s) {
       s.adaptation = true;
       s.membrane_adaptation.a = 0.4;
     }},
    {"adLIF", make_adlif},
    {"adLIF, trained",
     [](NetworkSpec& s) {
       make_adlif(s);
       s.membrane_adaptation.a = 0.6;  // no sum over a population is near 0
       s.adaptation_trained = true;
     }},
    {"adLIF, trained per neuron", make_trained_adlif},
    {"dropout", [](NetworkSpec& s) { s.dropout = 0.3; }},
    {"tied reset decay", [](NetworkSpec& s) { s.tie_reset_decay = s.model != NeuronModel::hetsyn_lif; }},
    {"all together",
     [](NetworkSpec& s) {
       s.adaptation = true;
       s.dropout = 0.3;
       s.tie_reset_decay = s.model != NeuronModel::hetsyn_lif;
     }},
    {"all together, adLIF",
     [](NetworkSpec& s) {
       make_trained_adlif(s);
       s.dropout = 0.3;
       s.tie_reset_decay = s.model != NeuronModel::hetsyn_lif;
     }},
};

const std::vector<std::vector<std::size_t>> kDepths{{3}, {4, 3}, {3, 4, 2}};

}  // namespace

BOOST_AUTO_TEST_SUITE(gradient)

/// Every model, option, depth, readout and kind of input.
BOOST_DATA_TEST_CASE(architectures, boost::unit_test::data::make(kVariations), variation) {
  for (const NeuronModel model :
       {NeuronModel::hom_lif, NeuronModel::hom_alif, NeuronModel::het_lif, NeuronModel::hetsyn_lif}) {
    for (const auto& hidden : kDepths) {
      for (const bool spiking_readout : {false, true}) {
        for (const InputKind kind : {InputKind::events, InputKind::analog}) {
          NetworkSpec spec = small_spec(model);
          spec.hidden = hidden;
          spec.spiking_readout = spiking_readout;
          variation.apply(spec);
          BOOST_TEST_CONTEXT(neuron_model_name(model)
                             << ", " << hidden.size() << " layers, " << (spiking_readout ? "spiking" : "integrating")
                             << " readout, " << (kind == InputKind::events ? "events" : "analog")) {
            check(spec, kind, callback_loss);
          }
        }
      }
    }
  }
}

/// What is trained in place of decays, in every model, with one decay or two.
BOOST_AUTO_TEST_CASE(every_parameter_of_decays) {
  for (std::size_t parameter = 0; parameter < kDecayParameterNames.size(); ++parameter) {
    for (const NeuronModel model :
         {NeuronModel::hom_lif, NeuronModel::hom_alif, NeuronModel::het_lif, NeuronModel::hetsyn_lif}) {
      for (const bool per_projection : {false, true}) {
        if (per_projection && model != NeuronModel::het_lif) continue;
        NetworkSpec spec = small_spec(model);
        spec.hidden = {4, 3};
        spec.decay_per_projection = per_projection;
        if (per_projection) make_trained_adlif(spec);
        Reference reference(smooth_state(spec));
        const DecayMap decays{static_cast<DecayParameter>(parameter), 2.0};
        for (const GroupError& group :
             gradient_errors(reference, small_batch(InputKind::events), {}, callback_loss, decays)) {
          BOOST_TEST_CONTEXT(kDecayParameterNames[parameter] << ", " << neuron_model_name(model) << ", "
                                                             << group.group) {
            BOOST_TEST(group.norm > 1e-6);
            BOOST_TEST(group.error <= kTolerance);
          }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_surrogate) {
  using enum SurrogateKind;
  const std::vector<Surrogate> surrogates{{.kind = triangular, .gamma = 0.9, .width = 1.5},
                                          {.kind = multi_gaussian, .gamma = 0.7, .width = 0.4},
                                          {.kind = SurrogateKind::atan, .gamma = 0.9, .slope = 1.5},
                                          {.kind = fast_sigmoid, .gamma = 0.9, .slope = 2.5},
                                          {.kind = sigmoid, .gamma = 0.9, .slope = 3.0},
                                          {.kind = boxcar, .gamma = 0.9, .width = 0.9},
                                          {.kind = gaussian, .gamma = 0.9, .width = 0.6}};
  for (const Surrogate& surrogate : surrogates) {
    for (const NeuronModel model : {NeuronModel::hom_alif, NeuronModel::hetsyn_lif}) {
      NetworkSpec spec = small_spec(model);
      spec.hidden = {4, 3};
      spec.surrogate = surrogate;
      BOOST_TEST_CONTEXT("surrogate " << static_cast<int>(surrogate.kind) << ", " << neuron_model_name(model)) {
        check(spec, InputKind::events, callback_loss);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_built_in_loss) {
  const std::vector<LossTerm> terms{{LossKind::softmax_sum, 0.7, 0.0}, {LossKind::softmax_sum, 1.3, 4.0},
                                    {LossKind::last_step, 0.7, 0.0},   {LossKind::spike_count, 0.7, 0.0},
                                    {LossKind::spike_count, 0.7, 5.0}, {LossKind::trace_mse, 0.7, 0.0}};
  for (const LossTerm& term : terms) {
    for (const bool spiking_readout : {false, true}) {
      NetworkSpec spec = small_spec(NeuronModel::hetsyn_lif);
      spec.spiking_readout = spiking_readout;
      BOOST_TEST_CONTEXT("loss " << static_cast<int>(term.kind) << (spiking_readout ? ", spiking" : ", integrating")) {
        check(spec, InputKind::events, [&](const Reference& r) { return built_in_loss(r, term); });
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(rate_regulariser) {
  for (const NeuronModel model : {NeuronModel::hom_alif, NeuronModel::het_lif, NeuronModel::hetsyn_lif}) {
    NetworkSpec spec = small_spec(model);
    spec.hidden = {4, 3};
    spec.dropout = 0.3;
    BOOST_TEST_CONTEXT(neuron_model_name(model)) { check(spec, InputKind::events, rate_loss_too); }
  }
}

BOOST_AUTO_TEST_SUITE_END()
