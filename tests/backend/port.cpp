// What the backend port promises beside the numbers of one pass: copies, accumulation, updates, reuse, errors.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <hetsyn/exceptions.hpp>

#include "backend/cases.hpp"
#include "backend/under_test.hpp"
#include "support/compare.hpp"

using namespace hetsyn;
using namespace hetsyn::test;

namespace {

std::unique_ptr<Backend> make(const Variant& variant, const Case& c) { return create(variant, make_state(c)); }

std::vector<float> read(const Backend& backend, Block block) {
  std::vector<float> values(backend.layout().size);
  backend.read(block, values);
  return values;
}

std::vector<float> copy(std::span<const float> values) { return {values.begin(), values.end()}; }

std::vector<float> d_readout_for(const InputBatch& batch, const Backend& backend) {
  return random_values<float>(batch.size() * batch.steps * backend.network().outputs(), 17);
}

/// Gradients of one pass, added to what is there.
std::vector<float> gradients(Backend& backend, const InputBatch& batch, const std::vector<float>& d_readout,
                             const std::optional<DropoutKey>& dropout = std::nullopt) {
  backend.forward_with_tape(batch, dropout).backward({d_readout, {}});
  return read(backend, Block::gradients);
}

OptimizerStep optimizer_step_of(const Backend& backend, OptimizerKind kind, const DecayMap& decays) {
  OptimizerStep step{kind, {}};
  for (const ParameterGroup& group : backend.layout().groups) {
    step.groups.push_back({.learning_rate = group.is_decay() ? 0.05 : 0.02,
                           .weight_decay = group.is_decay() ? 0.0 : 0.1,
                           .gradient_scale = 0.7,
                           .beta1 = 0.9,
                           .beta2 = 0.99,
                           .epsilon = 1e-8,
                           .bias_correction1 = 0.1,
                           .bias_correction2 = 0.01,
                           .minimum = group.is_decay() ? 0.0 : -10.0,
                           .maximum = group.is_decay() ? 1.0 : 10.0,
                           .decays = group.is_decay() ? decays : DecayMap{}});
  }
  return step;
}

/// From seeded gradients and moments, the second ones positive.
void update_twice(Backend& backend, OptimizerKind kind, const DecayMap& decays) {
  const std::size_t size = backend.layout().size;
  std::vector<float> squares = random_values<float>(size, 3);
  for (float& value : squares) value *= value;
  backend.write(Block::gradients, random_values<float>(size, 1));
  backend.write(Block::moment1, random_values<float>(size, 2));
  backend.write(Block::moment2, squares);
  backend.update(optimizer_step_of(backend, kind, decays));
  backend.update(optimizer_step_of(backend, kind, decays));
}

/// Trainable elements moved, the others did not, and decays stayed inside their bounds.
void check_trained_elements(const NetworkState& state, const std::vector<float>& updated) {
  for (std::size_t i = 0; i < state.layout.size; ++i) {
    BOOST_TEST((updated[i] != state.parameters[i]) == (state.trainable[i] != 0));
  }
  for (const ParameterGroup& group : state.layout.groups) {
    if (!group.is_decay()) continue;
    for (const float r : group_span(std::span(updated), group)) BOOST_TEST((r >= 0.0F && r <= 1.0F));
  }
}

constexpr std::array<DecayMap, 4> kDecayMaps{{{DecayParameter::decay, 2.0},
                                              {DecayParameter::tau, 2.0},
                                              {DecayParameter::log_tau, 2.0},
                                              {DecayParameter::logit, 2.0}}};
std::string_view name_of(const DecayMap& decays) {
  return kDecayParameterNames[static_cast<std::size_t>(decays.parameter)];
}

const auto kVariants = boost::unit_test::data::make(variants());

}  // namespace

BOOST_AUTO_TEST_SUITE(port)

BOOST_DATA_TEST_CASE(blocks_are_copied_out_as_they_went_in, kVariants, variant) {
  const std::unique_ptr<Backend> backend = make(variant, ordinary_case(NeuronModel::hetsyn_lif));
  for (const Block block : {Block::parameters, Block::gradients, Block::moment1, Block::moment2}) {
    const std::vector<float> values = random_values<float>(backend->layout().size, 100 + static_cast<unsigned>(block));
    backend->write(block, values);
    BOOST_TEST(read(*backend, block) == values, boost::test_tools::per_element());
  }
}

BOOST_DATA_TEST_CASE(written_parameters_are_used, kVariants, variant) {
  const Case c = ordinary_case(NeuronModel::hetsyn_lif);
  const InputBatch batch = make_batch(c);
  const std::unique_ptr<Backend> backend = make(variant, c);
  const std::vector<float> before = copy(backend->forward(batch).readout());
  const std::vector<float> parameters = read(*backend, Block::parameters);
  backend->write(Block::parameters, std::vector<float>(parameters.size(), 0.0F));
  BOOST_TEST(euclidean_norm(backend->forward(batch).readout()) == 0.0);
  backend->write(Block::parameters, parameters);
  BOOST_TEST(copy(backend->forward(batch).readout()) == before, boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(gradients_add_up_until_zeroed, kVariants, variant) {
  const Case c = ordinary_case(NeuronModel::het_lif);
  const InputBatch batch = make_batch(c);
  const std::unique_ptr<Backend> backend = make(variant, c);
  const std::vector<float> d_readout = d_readout_for(batch, *backend);
  const std::vector<float> once = gradients(*backend, batch, d_readout);
  std::vector<float> twice = gradients(*backend, batch, d_readout);
  for (float& g : twice) g *= 0.5F;
  // A running sum may round where a fresh one does not: float32 rounding over the sum of one pass, see agreement.cpp.
  BOOST_TEST(relative_error(twice, once) <= 1e-5);
  backend->zero_gradients();
  BOOST_TEST(backend->gradient_norm({}) == 0.0);
  BOOST_TEST(gradients(*backend, batch, d_readout) == once, boost::test_tools::per_element());
}

/// The dropout masks follow a sample's position in the whole batch, so that parts of it give the same gradient.
BOOST_DATA_TEST_CASE(parts_of_a_batch_add_up_to_the_whole, kVariants, variant) {
  Case c = ordinary_case(NeuronModel::hetsyn_lif);
  c.spec.dropout = 0.3;
  c.input.samples = 5;
  const InputBatch whole = make_batch(c);
  const std::unique_ptr<Backend> backend = make(variant, c);
  const std::vector<float> d_readout = d_readout_for(whole, *backend);
  const std::vector<float> expected =
      gradients(*backend, whole, d_readout, DropoutKey{.seed = 3, .pass = 1, .first_sample = 0});
  backend->zero_gradients();
  std::vector<float> sum;
  const std::size_t row = whole.steps * c.spec.outputs;
  for (const auto& [first, last] : {std::pair{0U, 2U}, {2U, 5U}}) {
    InputBatch part = whole;
    part.samples = {whole.samples.begin() + first, whole.samples.begin() + last};
    const std::vector<float> d_part(d_readout.begin() + static_cast<std::ptrdiff_t>(first * row),
                                    d_readout.begin() + static_cast<std::ptrdiff_t>(last * row));
    sum = gradients(*backend, part, d_part, DropoutKey{.seed = 3, .pass = 1, .first_sample = first});
  }
  BOOST_TEST(relative_error(sum, expected) <= 1e-5);  // float32 rounding of another order of summation
}

BOOST_DATA_TEST_CASE(a_used_backend_equals_a_fresh_one, kVariants, variant) {
  for (const Case& c : ordinary_cases()) {
    const std::unique_ptr<Backend> used = make(variant, c);
    for (const auto& [samples, steps] : {std::pair{5U, 90U}, {2U, 13U}, {7U, 40U}, {1U, 1U}}) {
      Case other = c;
      other.input.samples = samples;
      other.input.steps = steps;
      const InputBatch batch = make_batch(other);
      const std::unique_ptr<Backend> fresh = make(variant, c);
      const std::vector<float> d_readout = d_readout_for(batch, *used);
      used->zero_gradients();
      BOOST_TEST(gradients(*used, batch, d_readout) == gradients(*fresh, batch, d_readout),
                 boost::test_tools::per_element());
      BOOST_TEST(copy(used->forward(batch).readout()) == copy(fresh->forward(batch).readout()),
                 boost::test_tools::per_element());
    }
  }
}

/// Prepared samples change nothing but the time it takes; what was prepared for another number of steps is not used.
BOOST_DATA_TEST_CASE(prepared_samples_give_the_same_answer, kVariants, variant) {
  for (const Case& c : ordinary_cases()) {
    const InputBatch plain = make_batch(c);
    const std::unique_ptr<Backend> backend = make(variant, c);
    const std::vector<float> d_readout = d_readout_for(plain, *backend);
    const std::vector<float> expected = gradients(*backend, plain, d_readout);
    const std::vector<float> readout = copy(backend->forward(plain).readout());
    for (const std::size_t steps : {plain.steps, plain.steps + 30}) {
      InputBatch prepared = plain;
      for (const auto& sample : plain.samples) {
        prepared.prepared.push_back(backend->prepare(*sample, plain.kind, steps));
      }
      prepared.prepared[1] = nullptr;
      backend->zero_gradients();
      BOOST_TEST(gradients(*backend, prepared, d_readout) == expected, boost::test_tools::per_element());
      BOOST_TEST(copy(backend->forward(prepared).readout()) == readout, boost::test_tools::per_element());
    }
  }
}

BOOST_DATA_TEST_CASE(evaluation_without_a_tape_gives_the_same_answer, kVariants, variant) {
  const Case c = ordinary_case(NeuronModel::het_lif);
  const InputBatch batch = make_batch(c);
  const std::unique_ptr<Backend> backend = make(variant, c);
  const TapedPass with = backend->forward_with_tape(batch);
  const std::vector<float> readout = copy(with.readout());
  const std::vector<float> counts = copy(with.spike_counts(0));
  const std::vector<float> potential = with.tape(Field::potential, 0), spikes = with.tape(Field::spike, 0);
  const BackendPass without = backend->forward(batch);
  BOOST_TEST(without.tape(Field::potential, 0) == potential, boost::test_tools::per_element());  // for recordings
  BOOST_TEST(without.tape(Field::spike, 0) == spikes, boost::test_tools::per_element());
  BOOST_TEST(copy(without.readout()) == readout, boost::test_tools::per_element());
  BOOST_TEST(copy(without.spike_counts(0)) == counts, boost::test_tools::per_element());
  BOOST_TEST(euclidean_norm(counts) > 0.0);
}

/// Asked for after the backward pass alone, so that it has had the time to spoil them.
BOOST_DATA_TEST_CASE(answers_stay_after_the_backward_pass, kVariants, variant) {
  for (Case c : ordinary_cases()) {
    for (const bool spiking : {false, true}) {
      c.spec.spiking_readout = spiking;
      const InputBatch batch = make_batch(c);
      const std::unique_ptr<Backend> backend = make(variant, c);
      const std::vector<float> d_readout = d_readout_for(batch, *backend);
      const BackendPass before = backend->forward(batch);
      const std::vector<float> readout = copy(before.readout()), counts = copy(before.spike_counts(1));
      const TapedPass pass = backend->forward_with_tape(batch);
      pass.backward({d_readout, {}});
      BOOST_TEST(copy(pass.readout()) == readout, boost::test_tools::per_element());
      BOOST_TEST(copy(pass.spike_counts(1)) == counts, boost::test_tools::per_element());
    }
  }
}

BOOST_DATA_TEST_CASE(dropout_acts_only_where_asked_for, kVariants, variant) {
  Case c = ordinary_case(NeuronModel::hetsyn_lif);
  c.spec.dropout = 0.5;
  const InputBatch batch = make_batch(c);
  const std::unique_ptr<Backend> dropping = make(variant, c);
  c.spec.dropout = 0.0;
  const std::unique_ptr<Backend> keeping = make(variant, c);
  const DropoutKey masks{.seed = 3, .pass = 1, .first_sample = 0};
  const std::vector<float> kept = copy(keeping->forward_with_tape(batch, masks).readout());
  BOOST_TEST(copy(dropping->forward(batch).readout()) == kept, boost::test_tools::per_element());
  BOOST_TEST(copy(dropping->forward_with_tape(batch).readout()) == kept, boost::test_tools::per_element());
  BOOST_TEST(relative_error(dropping->forward_with_tape(batch, masks).readout(), kept) > 0.1);
}

/// All optimizers against the reference, from the same parameters, gradients and moments.
BOOST_DATA_TEST_CASE(updates_follow_the_reference, kVariants, variant) {
  Case c = ordinary_case(NeuronModel::hetsyn_lif);
  c.spec.autapses = false;
  c.spec.frozen_decay_fraction = 0.4;
  const NetworkState state = make_state(c);
  for (const OptimizerKind kind : {OptimizerKind::sgd, OptimizerKind::adam, OptimizerKind::adamw}) {
    for (const DecayMap& decays : kDecayMaps) {
      const std::unique_ptr<Backend> backend = create(variant, state);
      const std::unique_ptr<Backend> reference = make_backend("reference", state, {});
      update_twice(*backend, kind, decays);
      update_twice(*reference, kind, decays);
      BOOST_TEST_CONTEXT("optimizer " << static_cast<int>(kind) << ", " << name_of(decays)) {
        // A handful of float32 operations per element: a few times 6e-8.
        for (const Block block : {Block::parameters, Block::moment1, Block::moment2}) {
          BOOST_TEST(relative_error(read(*backend, block), read(*reference, block)) <= 1e-6);
        }
        check_trained_elements(state, read(*backend, Block::parameters));
      }
    }
  }
}

/// Of what is trained: the gradient of a decay counts with dr/dθ, at 0 and at 1 too.
BOOST_DATA_TEST_CASE(gradient_norms_are_those_of_what_is_trained, kVariants, variant) {
  NetworkState state = make_state(ordinary_case(NeuronModel::hetsyn_lif));
  const std::vector<float> values = random_values<float>(state.layout.size, 5);
  std::vector<float> gradients(state.layout.size, 0.0F);
  for (const ParameterGroup& group : state.layout.groups) {
    std::ranges::copy(group_span(std::span(values), group), group_span(std::span(gradients), group).begin());
    if (!group.is_decay()) continue;
    const std::span<float> r = group_span(std::span<float>(state.parameters), group);
    r.front() = 0.0F;
    r.back() = 1.0F;
  }
  const std::unique_ptr<Backend> backend = create(variant, state);
  backend->write(Block::gradients, gradients);
  for (const DecayMap& decays : kDecayMaps) {
    double squares = 0.0;
    for (const ParameterGroup& group : state.layout.groups) {
      for (std::size_t i = group.offset; i < group.offset + group.count(); ++i) {
        const double slope = group.is_decay() ? decays.slope(static_cast<double>(state.parameters[i])) : 1.0;
        squares += std::pow(slope * static_cast<double>(gradients[i]), 2);
      }
    }
    BOOST_TEST_CONTEXT(name_of(decays)) {
      BOOST_TEST(backend->gradient_norm(decays) == std::sqrt(squares), boost::test_tools::tolerance(1e-12));
    }
  }
}

BOOST_DATA_TEST_CASE(elements_that_are_not_trained_have_no_gradient, kVariants, variant) {
  Case c = ordinary_case(NeuronModel::hetsyn_lif);
  c.spec.autapses = false;
  c.spec.frozen_decay_fraction = 0.4;
  const InputBatch batch = make_batch(c);
  const std::unique_ptr<Backend> backend = make(variant, c);
  const std::vector<float> g = gradients(*backend, batch, d_readout_for(batch, *backend));
  const NetworkState state = make_state(c);
  for (std::size_t i = 0; i < g.size(); ++i) {
    if (state.trainable[i] == 0) BOOST_TEST(g[i] == 0.0F);
  }
  const double norm = euclidean_norm(g);
  BOOST_TEST(norm > 0.0);
  BOOST_TEST(backend->gradient_norm({}) == norm, boost::test_tools::tolerance(1e-6));  // float32 elements
}

BOOST_DATA_TEST_CASE(wrong_shapes_are_refused, kVariants, variant) {
  const Case c = ordinary_case(NeuronModel::hetsyn_lif);
  const InputBatch batch = make_batch(c);
  const std::unique_ptr<Backend> backend = make(variant, c);
  std::vector<float> d_readout = d_readout_for(batch, *backend);
  std::vector<float> block(backend->layout().size + 1);
  BOOST_CHECK_THROW(backend->read(Block::parameters, block), DataError);
  BOOST_CHECK_THROW(backend->write(Block::parameters, block), DataError);
  BOOST_CHECK_THROW(backend->update({OptimizerKind::sgd, {}}), DataError);

  const TapedPass pass = backend->forward_with_tape(batch);
  BOOST_CHECK_THROW(pass.backward({d_readout, std::vector<std::vector<float>>(1)}), DataError);
  BOOST_CHECK_THROW(pass.backward({d_readout, std::vector<std::vector<float>>{{1.0F}, {}, {}}}), DataError);
  BOOST_CHECK_THROW(pass.backward({{}, {}}), DataError);
  std::vector<float> d_input(batch.steps * batch.inputs);  // of one sample
  BOOST_CHECK_THROW(pass.backward({d_readout, {}}, d_input), DataError);
  d_readout.pop_back();
  BOOST_CHECK_THROW(pass.backward({d_readout, {}}), DataError);
}

BOOST_DATA_TEST_CASE(wrong_batches_are_refused, kVariants, variant) {
  const Case c = ordinary_case(NeuronModel::hetsyn_lif);
  const InputBatch good = make_batch(c);
  const std::unique_ptr<Backend> backend = make(variant, c);
  const auto refused = [&](const auto& spoil) {
    InputBatch bad = good;
    spoil(bad);
    BOOST_CHECK_THROW(backend->forward(bad), DataError);
    BOOST_CHECK_THROW(backend->forward_with_tape(bad), DataError);
  };
  refused([](InputBatch& batch) { batch.inputs += 1; });
  refused([](InputBatch& batch) { batch.samples.clear(); });
  refused([](InputBatch& batch) { batch.steps = 0; });
  refused([](InputBatch& batch) { batch.steps = kMaximumSteps + 1; });
  refused([](InputBatch& batch) { batch.steps = 3; });  // spikes after the end
  refused([](InputBatch& batch) { batch.kind = InputKind::analog; });
  refused([](InputBatch& batch) {
    auto sample = std::make_shared<InputSample>(*batch.samples[1]);
    sample->spikes.offsets.pop_back();
    batch.samples[1] = sample;
  });
}

BOOST_DATA_TEST_CASE(networks_that_do_not_fit_together_are_refused, kVariants, variant) {
  const auto refused = [&](const auto& spoil) {
    NetworkState state = make_state(ordinary_case(NeuronModel::hetsyn_lif));
    spoil(state.network.populations[1]);
    state.layout = parameter_layout(state.network);
    state.parameters.resize(state.layout.size);
    state.trainable.resize(state.layout.size);
    BOOST_CHECK_THROW(create(variant, state), ConfigError);
  };
  refused([](PopulationLayout& population) { population.inputs += 1; });
  refused([](PopulationLayout& population) { population.spiking = false; });
  refused([](PopulationLayout& population) { population.tie_reset_decay = true; });
  refused([](PopulationLayout& population) {
    population.sharing = DecaySharing::projection;
    population.tie_reset_decay = true;
  });
}

BOOST_AUTO_TEST_SUITE_END()
