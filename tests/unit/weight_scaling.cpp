// Initial weights that know their decay: the spread of V does not depend on τ, T or the input's rate.
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <ostream>

#include "core/rng.hpp"
#include "network/spec.hpp"
#include "network/weight_scaling.hpp"
#include "run/initial_scaling.hpp"

namespace data = boost::unit_test::data;
using namespace hetsyn;
using Kind = InitialDistribution::Kind;

namespace {

constexpr std::size_t kInputs = 100, kNeurons = 400, kSamples = 8;

/// Spikes at random, with a probability per step that differs between channels: from 0 to twice `rate`.
InputBatch poisson(std::size_t steps, double rate) {
  InputBatch batch;
  batch.kind = InputKind::events;
  batch.steps = steps;
  batch.inputs = kInputs;
  for (std::uint32_t b = 0; b < kSamples; ++b) {
    RandomStream random(11, RandomPurpose::test, b);
    auto sample = std::make_shared<InputSample>();
    sample->spikes.offsets = {0};
    for (std::size_t i = 0; i < kInputs; ++i) {
      const double probability = 2.0 * rate * static_cast<double>(i) / kInputs;
      for (std::size_t t = 0; t < steps; ++t) {
        if (random.uniform() < probability) sample->spikes.steps.push_back(static_cast<std::uint16_t>(t));
      }
      sample->spikes.offsets.push_back(static_cast<std::uint32_t>(sample->spikes.steps.size()));
    }
    batch.samples.push_back(std::move(sample));
  }
  return batch;
}

NetworkSpec spec_of(NeuronModel model, const InitialDistribution& tau) {
  NetworkSpec spec;
  spec.model = model;
  spec.inputs = kInputs;
  spec.hidden = {kNeurons};
  spec.outputs = kNeurons;
  spec.tau_synapse_ms = tau;
  spec.weight_gain = 0.7;
  return spec;
}

std::unique_ptr<Backend> scaled(const NetworkSpec& spec, const InputBatch& batch) {
  auto backend = make_backend("cpu", build_network(spec, 3), {.threads = 1});
  scale_initial_weights(*backend, {&batch, 1}, {});
  return backend;
}

/// The root mean square of V (whose mean over weights is 0) in a population, over samples, steps and neurons.
double spread(Backend& backend, const InputBatch& batch, std::size_t population) {
  double sum = 0.0;
  const std::vector<float> potential = backend.forward(batch).tape(Field::potential, population);
  for (const float v : potential) sum += static_cast<double>(v) * static_cast<double>(v);
  return std::sqrt(sum / static_cast<double>(potential.size()));
}

/// Of the spread over 400 neurons, whose weights are independent: five standard errors of 1/√(2 · 400).
constexpr double kTolerance = 5.0 * 0.0354;

struct Input {
  std::size_t steps;
  double rate;
};
const std::vector<Input> kInputsTried{{40, 0.02}, {40, 0.3}, {600, 0.02}, {600, 0.3}};
const std::vector<InitialDistribution> kTaus{
    {Kind::constant, 5.0, 0.0}, {Kind::constant, 400.0, 0.0}, {Kind::uniform, 5.0, 400.0}};

}  // namespace

BOOST_AUTO_TEST_SUITE(weight_scaling)

BOOST_DATA_TEST_CASE(the_spread_of_potentials_is_the_gain,
                     data::xrange(kTaus.size()) * data::xrange(kInputsTried.size()), tau, input) {
  const InputBatch batch = poisson(kInputsTried[input].steps, kInputsTried[input].rate);
  for (const NeuronModel model : {NeuronModel::hom_lif, NeuronModel::het_lif, NeuronModel::hetsyn_lif}) {
    BOOST_TEST_CONTEXT(neuron_model_name(model)) {
      NetworkSpec silent = spec_of(model, kTaus[tau]);
      silent.threshold = 1e4;  // no spikes, no reset: V is the sum of the currents
      BOOST_TEST(std::abs(spread(*scaled(silent, batch), batch, 0) / 0.7 - 1.0) < kTolerance);
    }
  }
  NetworkSpec spec = spec_of(NeuronModel::hetsyn_lif, kTaus[tau]);
  spec.recurrent = true;
  spec.weight_gain = 1.5;  // so that hidden neurons fire, from which the readout has its input
  BOOST_TEST(std::abs(spread(*scaled(spec, batch), batch, 1) / 1.5 - 1.0) < kTolerance);
}

/// Without the scaling the spreads of the same networks lie apart by far more than the tolerance.
BOOST_AUTO_TEST_CASE(it_is_needed) {
  const auto plain = [](double tau_ms, const InputBatch& batch) {
    NetworkSpec spec = spec_of(NeuronModel::hetsyn_lif, {Kind::constant, tau_ms, 0.0});
    spec.threshold = 1e4;
    const auto backend = make_backend("cpu", build_network(spec, 3), {.threads = 1});
    return spread(*backend, batch, 0);
  };
  BOOST_TEST(plain(400.0, poisson(600, 0.02)) > 5.0 * plain(5.0, poisson(600, 0.02)));
  BOOST_TEST(plain(60.0, poisson(600, 0.3)) > 3.0 * plain(60.0, poisson(600, 0.02)));
  BOOST_TEST(plain(400.0, poisson(600, 0.3)) > 3.0 * plain(400.0, poisson(40, 0.3)));
}

/// Against the formula for spikes of equal probability: E[S²] = p (1 − p) (1 − r²ⁿ)/(1 − r²) + p² ((1 − rⁿ)/(1 − r))²
/// after n steps.
BOOST_AUTO_TEST_CASE(the_response_to_random_spikes_is_known) {
  constexpr double kProbability = 0.1;
  constexpr std::size_t kSteps = 200, kChannels = 4000;
  std::vector<float> x(kSteps * kChannels);
  const RandomStream random(5, RandomPurpose::test, 1);
  RandomStream draws = random;
  for (float& value : x) value = draws.uniform() < kProbability ? 1.0F : 0.0F;
  const std::vector<float> decays{0.0F, 0.5F, 0.9F, 0.99F, 0.999F, 1.0F};
  SynapticResponse response(decays);
  response.add({x, {kSteps, kChannels}});
  for (const float each : decays) {
    const double r = std::min(static_cast<double>(each), 1.0 - 1e-9);
    double sum = 0.0;
    for (std::size_t n = 1; n <= kSteps; ++n) {
      const double power = std::pow(r, static_cast<double>(n));
      sum += kProbability * (1.0 - kProbability) * (1.0 - power * power) / (1.0 - r * r) +
             std::pow(kProbability * (1.0 - power) / (1.0 - r), 2);
    }
    // 4000 independent channels, and linear interpolation of ln P between τ that are 1.25 apart.
    BOOST_TEST(response.root_mean_square(each) == std::sqrt(sum / kSteps), boost::test_tools::tolerance(0.01));
  }
}

BOOST_AUTO_TEST_CASE(what_is_given_or_receives_nothing_stays) {
  const InputBatch batch = poisson(40, 0.1);
  NetworkSpec spec = spec_of(NeuronModel::hetsyn_lif, {Kind::uniform, 5.0, 20.0});
  spec.threshold = 1e4;
  spec.recurrent = true;
  const NetworkState drawn = build_network(spec, 3);
  const auto backend = make_backend("cpu", drawn, {.threads = 1});
  scale_initial_weights(*backend, {&batch, 1}, {"hidden1.w"});
  std::vector<float> values(drawn.layout.size);
  backend->read(Block::parameters, values);  // hidden neurons are silent: neither readout nor recurrent weights change
  BOOST_TEST((std::ranges::equal(values, drawn.parameters)));
}

BOOST_AUTO_TEST_SUITE_END()
