// What must not change when batch, time or units do.
#include <array>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "property/runner.hpp"
#include "support/batches.hpp"
#include "support/compare.hpp"

using namespace hetsyn;
using namespace hetsyn::test;

namespace {

constexpr std::array kModels{NeuronModel::hom_lif, NeuronModel::hom_alif, NeuronModel::het_lif,
                             NeuronModel::hetsyn_lif};

const auto kEngines = boost::unit_test::data::make(engines());

/// Row b of [B][…].
template <class Real>
std::vector<Real> sample_row(const std::vector<Real>& values, std::size_t b, std::size_t samples) {
  const auto width = static_cast<std::ptrdiff_t>(values.size() / samples);
  const auto first = values.begin() + static_cast<std::ptrdiff_t>(b) * width;
  return {first, first + width};
}

/// The batch behind `silence` empty steps.
InputBatch delayed(const InputBatch& batch, std::size_t silence) {
  InputBatch result = batch;
  result.steps += silence;
  for (auto& sample : result.samples) {
    auto later = std::make_shared<InputSample>(*sample);
    for (std::uint32_t& step : later->spikes.steps) step = static_cast<std::uint32_t>(step + silence);
    sample = later;
  }
  return result;
}

/// [B][T][N] without its first `silence` steps.
template <class Real>
std::vector<Real> without_prefix(const std::vector<Real>& values, std::size_t samples, std::size_t steps,
                                 std::size_t silence) {
  std::vector<Real> result;
  for (std::size_t b = 0; b < samples; ++b) {
    const std::vector<Real> row = sample_row(values, b, samples);
    const std::size_t width = row.size() / steps;
    result.insert(result.end(), row.begin() + static_cast<std::ptrdiff_t>(silence * width), row.end());
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(symmetries)

/// Samples do not see each other: their order in the batch, and what else is in it, does not matter to the last bit.
/// Gradients are sums over samples and agree up to the order of summation.
BOOST_DATA_TEST_CASE(samples_are_independent, kEngines, engine) {
  const InputBatch batch = property_batch();
  InputBatch permuted = batch;
  const std::vector<std::size_t> order{2, 0, 3, 1};
  const std::vector<float> d_readout = property_d_readout(batch);
  std::vector<float> d_permuted;
  for (std::size_t b = 0; b < batch.size(); ++b) {
    permuted.samples[b] = batch.samples[order[b]];
    const std::vector<float> row = sample_row(d_readout, order[b], batch.size());
    d_permuted.insert(d_permuted.end(), row.begin(), row.end());
  }
  InputBatch alone = batch;
  alone.samples.resize(1);
  for (const NeuronModel model : kModels) {
    const NetworkState state = build_network(property_spec(model), 1);
    const Outcome a = engine.run(state, batch, d_readout);
    const Outcome b = engine.run(state, permuted, d_permuted);
    const Outcome c = engine.run(state, alone, sample_row(d_readout, 0, batch.size()));
    BOOST_TEST_CONTEXT(neuron_model_name(model)) {
      BOOST_TEST(c.readout == sample_row(a.readout, 0, batch.size()), boost::test_tools::per_element());
      for (std::size_t k = 0; k < batch.size(); ++k) {
        BOOST_TEST(sample_row(b.readout, k, batch.size()) == sample_row(a.readout, order[k], batch.size()),
                   boost::test_tools::per_element());
      }
      BOOST_TEST(relative_error(b.gradients, a.gradients) <= engine.tolerance);
    }
  }
}

/// Before the first spike nothing happens: silence in front delays the answer and leaves every gradient, whatever is
/// asked of the readout during the silence.
BOOST_DATA_TEST_CASE(silence_in_front_only_delays, kEngines, engine) {
  const InputBatch batch = property_batch();
  for (const std::size_t silence : std::to_array<std::size_t>({1, 5, 8, 13})) {
    const InputBatch later = delayed(batch, silence);
    const std::vector<float> d_later = property_d_readout(later);
    const std::vector<float> d_readout = without_prefix(d_later, batch.size(), later.steps, silence);
    for (const NeuronModel model : kModels) {
      const NetworkState state = build_network(property_spec(model), 1);
      const Outcome a = engine.run(state, batch, d_readout);
      const Outcome b = engine.run(state, later, d_later);
      BOOST_TEST_CONTEXT(neuron_model_name(model) << " after " << silence << " steps") {
        for (std::size_t p = 0; p < a.potentials.size(); ++p) {
          BOOST_TEST(relative_error(without_prefix(b.potentials[p], batch.size(), later.steps, silence),
                                    a.potentials[p]) <= engine.tolerance);
          BOOST_TEST(without_prefix(b.spikes[p], batch.size(), later.steps, silence) == a.spikes[p],
                     boost::test_tools::per_element());
        }
        BOOST_TEST(relative_error(b.gradients, a.gradients) <= engine.tolerance);
      }
    }
  }
}

/// V is measured in units of ϑ: weights, threshold and adaptation strength times c give c V and the same spikes. With
/// c = 2 every rounding is the same, so V doubles to the last bit.
BOOST_DATA_TEST_CASE(threshold_sets_the_unit, kEngines, engine) {
  const InputBatch batch = property_batch();
  for (const NeuronModel model : kModels) {
    const NetworkState state = build_network(property_spec(model), 1);
    NetworkState scaled = state;
    for (const ParameterGroup& group : scaled.layout.groups) {
      for (std::size_t e = group.offset; !group.is_decay() && e < group.offset + group.count(); ++e) {
        scaled.parameters[e] *= 2.0F;
      }
    }
    for (PopulationLayout& population : scaled.network.populations) {
      population.neuron.threshold *= 2.0;
      population.neuron.adaptation *= 2.0;
    }
    const Outcome a = engine.run(state, batch, property_d_readout(batch));
    const Outcome b = engine.run(scaled, batch, property_d_readout(batch));
    BOOST_TEST_CONTEXT(neuron_model_name(model)) {
      for (std::size_t p = 0; p < a.potentials.size(); ++p) {
        std::vector<double> doubled = a.potentials[p];
        for (double& v : doubled) v *= 2.0;
        BOOST_TEST(b.potentials[p] == doubled, boost::test_tools::per_element());
        BOOST_TEST(b.spikes[p] == a.spikes[p], boost::test_tools::per_element());
      }
      BOOST_TEST(euclidean_norm(a.spikes[1]) > 10.0);  // more than 100 spikes
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
