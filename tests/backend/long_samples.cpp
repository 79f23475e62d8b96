// Samples of up to a million steps, and tapes in parts: the same bits as with the whole tape.
#include <array>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <hetsyn/exceptions.hpp>
#include <numeric>
#include <optional>

#include "backend/cases.hpp"
#include "backend/cpu/make_cpu_backend.hpp"
#include "backend/under_test.hpp"
#include "support/compare.hpp"

using namespace hetsyn;
using namespace hetsyn::test;

namespace {

constexpr std::size_t kMillion = 1'000'000;

/// Everything that a forward and a backward pass give.
struct Results {
  std::vector<std::vector<float>> values;
  std::vector<float> gradients;
};

Results run(const NetworkState& state, const InputBatch& batch, const std::vector<float>& d_readout,
            const BackendOptions& options, const std::optional<DropoutKey>& dropout, bool wants_tape) {
  const std::unique_ptr<Backend> backend = make_backend("cpu", state, options);
  const TapedPass pass = backend->forward_with_tape(batch, dropout);
  Results results;
  results.values.emplace_back(pass.readout().begin(), pass.readout().end());
  std::vector<std::vector<float>> d_spike;
  for (std::size_t p = 0; p < state.network.populations.size(); ++p) {
    const PopulationLayout& population = state.network.populations[p];
    d_spike.push_back(random_values<float>(population.spiking ? population.size : 0, 29));
    results.values.emplace_back(pass.spike_counts(p).begin(), pass.spike_counts(p).end());
    if (!wants_tape) continue;
    for (const Field field : {Field::potential, Field::spike}) results.values.push_back(pass.tape(field, p));
  }
  std::vector<float> d_input(wants_tape ? batch.size() * batch.steps * batch.inputs : 0);
  backend->zero_gradients();
  pass.backward({d_readout, d_spike}, d_input);
  results.values.push_back(std::move(d_input));
  results.gradients.resize(backend->layout().size);
  backend->read(Block::gradients, results.gradients);
  return results;
}

/// Compares group by group, so that padding does not count and a difference has a name.
void check_same(const NetworkState& state, const Results& a, const Results& b) {
  BOOST_TEST_REQUIRE(a.values.size() == b.values.size());
  for (std::size_t n = 0; n < a.values.size(); ++n) {
    BOOST_TEST_CONTEXT("result " << n) { BOOST_TEST(same_bits(a.values[n], b.values[n])); }
  }
  for (const ParameterGroup& group : state.layout.groups) {
    const auto of = [&](const Results& results) {
      const std::span<const float> values = group_span(std::span<const float>(results.gradients), group);
      return std::vector<float>(values.begin(), values.end());
    };
    BOOST_TEST_CONTEXT(group.name) { BOOST_TEST(same_bits(of(a), of(b))); }
  }
}

/// 4 inputs, 4 recurrent neurons, 2 outputs.
Case small_case(NeuronModel model, std::size_t steps) {
  Case c = ordinary_case(model);
  c.spec.inputs = 4;
  c.spec.hidden = {4};
  c.spec.outputs = 2;
  c.input = {.samples = 1, .steps = steps, .density = 0.2};
  return c;
}

/// Samples whose spikes all lie in the last `length` of `steps` steps, as those of `batch` do in its own.
InputBatch later(const InputBatch& batch, std::size_t steps) {
  InputBatch moved = batch;
  moved.steps = steps;
  for (auto& sample : moved.samples) {
    auto copy = std::make_shared<InputSample>(*sample);
    for (std::uint32_t& step : copy->spikes.steps) step += static_cast<std::uint32_t>(steps - batch.steps);
    sample = std::move(copy);
  }
  return moved;
}

struct Shape {
  InputKind kind;
  std::size_t samples, steps, parts;
};
std::ostream& operator<<(std::ostream& out, const Shape& s) {
  return out << (s.kind == InputKind::events ? "events" : "analog") << ", batch " << s.samples << ", " << s.steps
             << " steps in " << s.parts << " parts";
}

/// One sample, some, and enough for several in lock-step; a last step that is even and odd; parts of several spans.
constexpr std::array<Shape, 8> kShapes{{{InputKind::events, 1, 1025, 2},
                                        {InputKind::events, 3, 2049, 3},
                                        {InputKind::events, 10, 3000, 3},
                                        {InputKind::events, 2, 7003, 2},
                                        {InputKind::events, 3, 2048, 100},
                                        {InputKind::analog, 1, 2050, 2},
                                        {InputKind::analog, 3, 3001, 3},
                                        {InputKind::analog, 9, 2048, 2}}};

}  // namespace

BOOST_AUTO_TEST_SUITE(long_samples)

BOOST_DATA_TEST_CASE(tapes_in_parts_give_the_same_bits,
                     boost::unit_test::data::make(ordinary_cases()) * boost::unit_test::data::make(kShapes), given,
                     shape) {
  Case c = given;
  c.spec.dropout = 0.2;
  c.spec.adaptation = true;
  c.input = {.kind = shape.kind, .samples = shape.samples, .steps = shape.steps, .density = 0.2};
  const NetworkState state = make_state(c);
  const InputBatch batch = make_batch(c);
  const std::vector<float> d_readout = random_values<float>(shape.samples * shape.steps * c.spec.outputs, 17);
  const DropoutKey dropout{.seed = 3, .pass = 5, .first_sample = 2};
  const Results whole = run(state, batch, d_readout, {.threads = 2}, dropout, true);
  const Results parts = run(state, batch, d_readout, {.threads = 2, .tape_parts = shape.parts}, dropout, true);
  check_same(state, whole, parts);
  BOOST_TEST(euclidean_norm(whole.gradients) > 0.0);
}

BOOST_AUTO_TEST_CASE(options_of_neurons_are_carried_from_part_to_part) {
  for (const auto& [recurrent, adlif] :
       std::to_array<std::pair<bool, bool>>({{false, false}, {true, false}, {false, true}, {true, true}})) {
    for (const NeuronModel model : {NeuronModel::hom_lif, NeuronModel::het_lif, NeuronModel::hetsyn_lif}) {
      Case c = ordinary_case(model);
      c.spec.recurrent = recurrent;
      c.spec.spiking_readout = true;
      c.spec.tie_reset_decay = model != NeuronModel::hetsyn_lif;
      if (adlif) set_adlif(c.spec);
      c.input = {.samples = 3, .steps = 2100, .density = 0.2};
      const NetworkState state = make_state(c);
      const InputBatch batch = make_batch(c);
      const std::vector<float> d_readout = random_values<float>(3 * 2100 * c.spec.outputs, 17);
      check_same(state, run(state, batch, d_readout, {.threads = 1}, std::nullopt, true),
                 run(state, batch, d_readout, {.threads = 2, .tape_parts = 3}, std::nullopt, true));
    }
  }
}

/// A tape is divided again for each batch, and prepared samples serve every division.
BOOST_AUTO_TEST_CASE(a_backend_takes_batches_of_any_length) {
  const std::array<std::size_t, 4> lengths{3000, 40, 2000, 5000};
  for (const Case& given : ordinary_cases()) {
    const NetworkState state = make_state(given);
    const std::unique_ptr<Backend> backend = make_backend("cpu", state, {.threads = 2, .tape_parts = 4});
    for (const std::size_t steps : lengths) {
      Case c = given;
      c.input.steps = steps;
      InputBatch batch = make_batch(c);
      const std::vector<float> d_readout = random_values<float>(batch.size() * steps * c.spec.outputs, 17);
      const Results whole = run(state, batch, d_readout, {.threads = 2}, std::nullopt, false);
      for (const auto& sample : batch.samples) batch.prepared.push_back(backend->prepare(*sample, batch.kind, steps));
      const BackendPass evaluated = backend->forward(batch);
      BOOST_TEST(same_bits({evaluated.readout().begin(), evaluated.readout().end()}, whole.values[0]));
      backend->zero_gradients();
      std::vector<std::vector<float>> d_spike;
      for (const PopulationLayout& population : state.network.populations) {
        d_spike.push_back(random_values<float>(population.spiking ? population.size : 0, 29));
      }
      backend->forward_with_tape(batch).backward({d_readout, d_spike});
      std::vector<float> gradients(backend->layout().size);
      backend->read(Block::gradients, gradients);
      BOOST_TEST(same_bits(gradients, whole.gradients));
    }
  }
}

/// All that happens lies in the last steps of a million, so that these steps alone must give the same numbers.
BOOST_AUTO_TEST_CASE(a_million_steps_end_as_the_last_of_them_do_alone) {
  const std::size_t first = 970 * kLeastTapePart;
  for (const NeuronModel model : {NeuronModel::hom_alif, NeuronModel::het_lif, NeuronModel::hetsyn_lif}) {
    const Case c = small_case(model, kMillion - first);
    const NetworkState state = make_state(c);
    const InputBatch alone = make_batch(c);
    const std::vector<float> d_alone = random_values<float>(alone.steps * c.spec.outputs, 17);
    std::vector<float> d_readout(kMillion * c.spec.outputs, 0.0F);
    std::ranges::copy(d_alone, d_readout.end() - static_cast<std::ptrdiff_t>(d_alone.size()));
    const Results expected = run(state, alone, d_alone, {.threads = 2}, std::nullopt, false);
    for (const std::size_t parts : {std::size_t{1}, std::size_t{30}}) {
      const Results all =
          run(state, later(alone, kMillion), d_readout, {.threads = 2, .tape_parts = parts}, std::nullopt, false);
      BOOST_TEST(same_bits(all.gradients, expected.gradients));
      const std::vector<float>& readout = all.values[0];
      const auto end = readout.end() - static_cast<std::ptrdiff_t>(expected.values[0].size());
      BOOST_TEST(same_bits({end, readout.end()}, expected.values[0]));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_million_steps_in_parts_are_those_of_the_whole_tape) {
  for (const NeuronModel model :
       {NeuronModel::hom_lif, NeuronModel::hom_alif, NeuronModel::het_lif, NeuronModel::hetsyn_lif}) {
    const Case c = small_case(model, kMillion);
    const NetworkState state = make_state(c);
    const InputBatch batch = make_batch(c);
    const std::vector<float> d_readout = random_values<float>(kMillion * c.spec.outputs, 17);
    const Results whole = run(state, batch, d_readout, {.threads = 2}, std::nullopt, false);
    check_same(state, whole, run(state, batch, d_readout, {.threads = 2, .tape_parts = 30}, std::nullopt, false));
    BOOST_TEST(std::accumulate(whole.values[1].begin(), whole.values[1].end(), 0.0) > 1000.0);  // spikes
  }
}

BOOST_AUTO_TEST_CASE(parts_need_memory_for_one_of_them) {
  Case c = ordinary_case(NeuronModel::hetsyn_lif);
  c.spec.inputs = 100;
  c.spec.hidden = {64};
  c.input.steps = 100 * kLeastTapePart;
  InputBatch batch{InputKind::events, c.input.steps, c.spec.inputs, {}, {}};
  const auto bytes = [&](std::string_view name, std::size_t parts) {
    const BackendMemory memory = cpu_memory(make_state(c).network, batch, {.threads = 1, .tape_parts = parts});
    const auto found = std::ranges::find(memory.uses, name, &MemoryUse::name);
    return found == memory.uses.end() ? 0 : found->bytes;
  };
  batch.samples.push_back(std::make_shared<InputSample>());
  std::const_pointer_cast<InputSample>(batch.samples[0])->spikes.offsets.assign(c.spec.inputs + 1, 0);
  BOOST_TEST(bytes("tape", 10) < bytes("tape", 1) / 9);
  BOOST_TEST(bytes("checkpoints of the tape", 1) == 0U);
  BOOST_TEST(bytes("tape", 10) + bytes("checkpoints of the tape", 10) < bytes("tape", 1) / 5);
}

BOOST_AUTO_TEST_CASE(backends_without_parts_refuse_them_by_name) {
  const NetworkState state = make_state(ordinary_case(NeuronModel::hetsyn_lif));
  BOOST_CHECK_EXCEPTION(static_cast<void>(make_backend("reference", state, {.tape_parts = 2})), ConfigError,
                        [](const ConfigError& error) {
                          return error.key() == "train.checkpoint_tape" &&
                                 std::string(error.what()) ==
                                     "train.checkpoint_tape: expected 1 on device reference, which keeps the whole "
                                     "tape; more than 1 only on device cpu";
                        });
}

BOOST_AUTO_TEST_SUITE_END()
