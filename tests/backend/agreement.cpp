// Compares a backend with the reference over the whole table of cases: spikes, V, readout and every gradient, also that
// of the input.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "backend/cases.hpp"
#include "backend/reference/reference.hpp"
#include "backend/under_test.hpp"
#include "support/compare.hpp"

using namespace hetsyn;
using namespace hetsyn::test;

namespace {

// float32 rounds by 6e-8; sums here have up to 1e3 steps × 1e2 synapses = 1e5 terms of both signs, so errors of a
// random walk stay below 6e-8 · √1e5 ≈ 2e-5 of the terms' size. 1e-4 leaves room for some cancellation, and any wrong
// term, index or off-by-one step is far above it.
constexpr double kTolerance = 1e-4;

/// Outputs of one forward and backward pass of the backend under test.
struct Passes {
  std::vector<std::vector<float>> potentials;    ///< [p][B][T][N]
  std::vector<std::vector<double>> spikes;       ///< [p][B][T][N]; empty where a population does not spike
  std::vector<float> readout;                    ///< [B][T][K]
  std::vector<std::vector<float>> spike_counts;  ///< [p][B][N]
  std::vector<float> gradients;                  ///< [layout.size]
  std::vector<float> d_input;                    ///< [B][T][inputs]
};

std::vector<std::vector<float>> random_d_spike(const NetworkLayout& network, double scale) {
  std::vector<std::vector<float>> d_spike;
  for (const PopulationLayout& population : network.populations) {
    std::vector<float> d = random_values<float>(population.spiking ? population.size : 0, 29);
    for (float& value : d) value *= static_cast<float>(scale);
    d_spike.push_back(std::move(d));
  }
  return d_spike;
}

Passes run(Backend& backend, const InputBatch& batch, const std::optional<DropoutKey>& dropout,
           const std::vector<float>& d_readout, const std::vector<std::vector<float>>& d_spike) {
  Passes passes;
  const TapedPass pass = backend.forward_with_tape(batch, dropout);
  passes.readout.assign(pass.readout().begin(), pass.readout().end());
  for (std::size_t p = 0; p < backend.network().populations.size(); ++p) {
    passes.potentials.push_back(pass.tape(Field::potential, p));
    const bool spiking = backend.network().populations[p].spiking;
    const std::vector<float> spikes = spiking ? pass.tape(Field::spike, p) : std::vector<float>{};
    passes.spikes.emplace_back(spikes.begin(), spikes.end());
    const std::span<const float> counts = pass.spike_counts(p);
    passes.spike_counts.emplace_back(counts.begin(), counts.end());
  }
  backend.zero_gradients();
  passes.d_input.resize(batch.size() * batch.steps * batch.inputs);
  pass.backward({d_readout, d_spike}, passes.d_input);
  passes.gradients.resize(backend.layout().size);
  backend.read(Block::gradients, passes.gradients);
  return passes;
}

double root_mean_square(const std::vector<double>& values) {
  return euclidean_norm(values) / std::sqrt(static_cast<double>(values.size()));
}

/// A spike may differ from the reference's only if V is within a rounding error of ϑ, which scales with V's terms.
void check_spikes(const ReferenceTape& reference, const std::vector<double>& spikes, double threshold) {
  const double margin = kTolerance * std::max(threshold, root_mean_square(reference.potential));
  std::size_t wrong = 0;
  for (std::size_t k = 0; k < spikes.size(); ++k) {
    const bool expected = reference.potential[k] > threshold;
    const bool is_binary = spikes[k] == 0.0 || spikes[k] == 1.0;
    if (!is_binary || ((spikes[k] == 1.0) != expected && std::abs(reference.potential[k] - threshold) >= margin))
      ++wrong;
  }
  BOOST_TEST(wrong == 0U);
}

void check_forward(const Reference& reference, const Passes& passes) {
  for (std::size_t p = 0; p < passes.potentials.size(); ++p) {
    const PopulationLayout& population = reference.network().populations[p];
    BOOST_TEST_CONTEXT("population " << population.name) {
      BOOST_TEST(relative_error(passes.potentials[p], reference.tape(p).potential) <= kTolerance);
      if (!population.spiking) continue;
      BOOST_TEST(passes.spikes[p].size() == reference.tape(p).spike.size());
      check_spikes(reference.tape(p), passes.spikes[p], population.neuron.threshold);
      BOOST_TEST(relative_error(passes.spike_counts[p], reference.spike_counts(p)) == 0.0);
    }
  }
  BOOST_TEST(relative_error(passes.readout, reference.readout()) <= kTolerance);
}

void check_gradients(const Reference& reference, const Passes& passes) {
  const std::span<const double> expected(reference.store().block(Block::gradients));
  for (const ParameterGroup& group : reference.store().layout().groups) {
    BOOST_TEST_CONTEXT("gradient of " << group.name) {
      BOOST_TEST(relative_error(group_span(std::span<const float>(passes.gradients), group),
                                group_span(expected, group)) <= kTolerance);
    }
  }
}

/// Hidden populations spike and gradients reach the first one: the case tests something.
void check_activity(const Reference& reference) {
  for (std::size_t p = 0; p + 1 < reference.network().populations.size(); ++p) {
    BOOST_TEST(euclidean_norm(reference.spike_counts(p)) > 0.0);
  }
  const ParameterLayout& layout = reference.store().layout();
  const std::span<const double> gradients(reference.store().block(Block::gradients));
  BOOST_TEST(euclidean_norm(group_span(gradients, *layout.find(0, Field::w))) > 0.0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(agreement)

BOOST_DATA_TEST_CASE(with_reference,
                     boost::unit_test::data::make(variants()) *
                         boost::unit_test::data::make(cases(most_neuron_steps())),
                     variant, c) {
  const NetworkState state = make_state(c);
  const InputBatch batch = make_batch(c);
  ForwardOptions options;
  if (c.spec.dropout > 0.0) options.dropout = DropoutKey{.seed = 3, .pass = 5, .first_sample = 2};
  const std::size_t outputs = batch.size() * batch.steps * c.spec.outputs;
  const std::vector<float> d_readout = random_values<float>(outputs, 17);
  const std::vector<std::vector<float>> d_spike = random_d_spike(state.network, c.d_spike_scale);

  const std::unique_ptr<Backend> backend = create(variant, state);
  const Passes passes = run(*backend, batch, options.dropout, d_readout, d_spike);

  Reference reference(state);
  reference.forward(batch, options, passes.spikes);
  std::vector<std::vector<double>> d_spike_double;
  d_spike_double.reserve(d_spike.size());
  for (const std::vector<float>& d : d_spike) d_spike_double.emplace_back(d.begin(), d.end());
  const std::vector<double> d_input =
      reference.backward(std::vector<double>(d_readout.begin(), d_readout.end()), d_spike_double);
  check_forward(reference, passes);
  check_gradients(reference, passes);
  BOOST_TEST(relative_error(passes.d_input, d_input) <= kTolerance);
  if (c.must_spike) check_activity(reference);
}

BOOST_AUTO_TEST_SUITE_END()
