// Recordings of single samples agree with the forward pass and with the evaluation of the same network.
#include "run/recording.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <hetsyn/exceptions.hpp>
#include <numeric>

#include "run/data_json.hpp"
#include "unit/fake_task.hpp"

using namespace hetsyn;
namespace data = boost::unit_test::data;

namespace {

const std::atomic<bool> kGoOn{false};

/// A network of the fake task, with initial weights that let it fire.
struct Trained {
  testing::FakeTask task;
  RunConfig config;

  explicit Trained(NeuronModel model = NeuronModel::hetsyn_lif) {
    task.info_.metrics = {{"accuracy", "", true, {MetricKind::accuracy, task.info_.losses.front()}}};
    config.task = "fake";
    config.model.model = model;
    config.model.hidden = {8, 5};
    config.model.recurrent = true;
    config.model.tau_synapse_ms = {InitialDistribution::Kind::uniform, 5.0, 20.0};
    config.model.weight_gain = 2.0;
    config.train.seed = 3;
    config.train.batch = 4;
    config.run.device = "cpu";
  }

  PreparedEvaluation prepare(const std::string& split = "test") {
    resolve(config, task.info());
    Checkpoint checkpoint;
    const NetworkState state = build_network(config.model, config.train.seed);
    checkpoint.parameters.assign(state.parameters.begin(), state.parameters.end());
    DataIdentity identity = identify_data(task);
    identity.held_out = held_out_digest(task, divide_samples(task, config.train));
    checkpoint.data = to_json(identity).dump();
    checkpoint.progress.epoch = 2;
    return prepare_evaluation({task, config, config, "best.h5", split}, std::move(checkpoint));
  }
};

RecordedSamples record(const PreparedEvaluation& evaluation, const std::vector<std::size_t>& samples) {
  return record_samples(evaluation, samples, kGoOn).value();
}

std::vector<std::size_t> all_samples(const PreparedEvaluation& evaluation) {
  std::vector<std::size_t> samples(evaluation.set.indices.size());
  std::iota(samples.begin(), samples.end(), 0);
  return samples;
}

/// As 0 and 1 [T][N].
std::vector<float> dense(const SpikeList& spikes, std::size_t steps, std::size_t units) {
  std::vector<float> values(steps * units, 0.0F);
  for (std::size_t i = 0; i < spikes.size(); ++i) values.at(spikes.steps[i] * units + spikes.units[i]) = 1.0F;
  return values;
}

constexpr std::array kModels{NeuronModel::hom_lif, NeuronModel::hom_alif, NeuronModel::het_lif,
                             NeuronModel::hetsyn_lif};

}  // namespace

namespace hetsyn {
static std::ostream& operator<<(std::ostream& out, NeuronModel model) { return out << neuron_model_name(model); }
}  // namespace hetsyn

BOOST_AUTO_TEST_SUITE(recording)

BOOST_DATA_TEST_CASE(a_recording_is_the_forward_pass,
                     data::make(kModels) * data::make(std::vector<std::string>{"cpu", "reference"}), model, device) {
  Trained trained(model);
  trained.config.run.device = device;
  const PreparedEvaluation evaluation = trained.prepare();
  const RecordedSamples recorded = record(evaluation, {4, 1});
  BOOST_TEST(recorded.facts.checkpoint == "best.h5");
  BOOST_TEST(recorded.facts.epoch == 2U);
  BOOST_TEST(recorded.facts.damage == "");
  BOOST_TEST_REQUIRE(recorded.samples.size() == 2U);
  for (const Recording& sample : recorded.samples) {
    const Sample filled = trained.task.fill({.split = 1, .index = sample.index, .steps = 12});
    const BackendPass pass = evaluation.backend->forward(
        {.kind = InputKind::events, .steps = 12, .inputs = 6, .samples = {filled.input}, .prepared = {}});
    BOOST_TEST(sample.index == sample.sample);
    BOOST_TEST(sample.label == filled.label);
    BOOST_TEST(sample.group == static_cast<std::int32_t>(sample.index / 2 % 4));
    BOOST_TEST(sample.events.size() == filled.input->spikes.steps.size());
    BOOST_TEST(std::ranges::is_sorted(sample.events.steps));
    BOOST_TEST(std::ranges::equal(sample.readout, pass.readout()));
    BOOST_TEST_REQUIRE(sample.populations.size() == 2U);
    for (std::size_t p = 0; p < 2; ++p) {
      const PopulationRecording& population = sample.populations[p];
      BOOST_TEST(population.spikes.size() > 0U);
      BOOST_TEST(dense(population.spikes, 12, population.neurons) == pass.tape(Field::spike, p));
      BOOST_TEST(population.potential == pass.tape(Field::potential, p));
    }
  }
}

BOOST_DATA_TEST_CASE(neurons_spike_exactly_where_their_potential_is_above_the_threshold,
                     data::make(kModels) * data::make(std::vector<std::string>{"cpu", "reference"}), model, device) {
  Trained trained(model);
  trained.config.run.device = device;
  const PreparedEvaluation evaluation = trained.prepare();
  for (const Recording& sample : record(evaluation, all_samples(evaluation)).samples) {
    for (const PopulationRecording& population : sample.populations) {
      std::vector<float> above;
      for (const float v : population.potential) {
        above.push_back(v > static_cast<float>(population.threshold) ? 1.0F : 0.0F);
      }
      BOOST_TEST(above == dense(population.spikes, 12, population.neurons));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_decisions_are_those_of_the_damaged_evaluation) {
  Trained trained;
  trained.config.perturb.spikes = {.deletion = 0.3, .jitter_ms = 1.0, .addition = 0.05, .seed = 8};
  trained.config.perturb.weight_noise = 0.2;
  const PreparedEvaluation evaluation = trained.prepare();
  const RecordedSamples recorded = record(evaluation, all_samples(evaluation));
  ConfusionMatrix confusion(2);
  for (const Recording& sample : recorded.samples) {
    confusion.add({&sample.label, 1}, {&sample.decision, 1});
    const auto largest = std::ranges::max_element(sample.logits) - sample.logits.begin();
    BOOST_TEST(sample.decision == largest);
  }
  const EvaluationReport report = evaluate_run(evaluation, kGoOn).value();
  double right = 0.0;
  for (std::size_t label = 0; label < 2; ++label) {
    for (std::size_t decision = 0; decision < 2; ++decision) {
      BOOST_TEST(confusion.count(label, decision) == report.confusion->count(label, decision));
    }
    right += static_cast<double>(confusion.count(label, label));
  }
  BOOST_TEST(report.metrics.metric("accuracy").value() == right / 9.0);
  BOOST_TEST(recorded.facts.damage.find("perturb.deletion = 0.3") == 0U);
}

BOOST_AUTO_TEST_CASE(a_recording_does_not_depend_on_the_others) {
  Trained trained;
  trained.config.perturb.spikes = {.deletion = 0.3, .jitter_ms = 1.0, .addition = 0.05, .seed = 8};
  trained.config.perturb.warp_log2 = 1.0;
  const PreparedEvaluation evaluation = trained.prepare();
  const Recording alone = record(evaluation, {5}).samples.front();
  const RecordedSamples all = record(evaluation, all_samples(evaluation));
  BOOST_TEST(alone.readout == all.samples[5].readout);
  BOOST_TEST(alone.events.units == all.samples[5].events.units);
  BOOST_TEST(all.facts.steps != 12U);
  BOOST_TEST(alone.readout.size() == all.facts.steps * 2);
}

BOOST_AUTO_TEST_CASE(held_out_samples_keep_their_number_in_the_split) {
  Trained trained;
  trained.config.train.validation_fraction = 0.3;
  trained.config.train.hold_out = HoldOut::samples;
  const PreparedEvaluation evaluation = trained.prepare("validation");
  const RecordedSamples recorded = record(evaluation, {0, 2});
  BOOST_TEST(recorded.facts.split == "validation");
  BOOST_TEST(recorded.samples[1].sample == 2U);
  BOOST_TEST(recorded.samples[1].index == evaluation.set.indices[2]);
}

BOOST_AUTO_TEST_CASE(analog_input_and_targets_and_a_spiking_readout_are_recorded) {
  Trained trained;
  trained.task.info_.input_kind = InputKind::analog;
  trained.task.info_.targets = 2;
  trained.task.info_.losses = {{LossKind::trace_mse, 1.0, 0.0}};
  trained.task.info_.spiking_readout = true;
  const PreparedEvaluation evaluation = trained.prepare();
  const RecordedSamples recorded = record(evaluation, {1});
  const Recording& sample = recorded.samples.front();
  const Sample filled = trained.task.fill({.split = 1, .index = 1, .steps = 12});
  BOOST_TEST(recorded.facts.analog);
  BOOST_TEST(sample.decision == -1);
  BOOST_TEST(sample.logits.empty());
  BOOST_TEST(std::ranges::equal(sample.analog, filled.input->analog));
  BOOST_TEST(sample.target == filled.target);
  BOOST_TEST_REQUIRE(sample.populations.size() == 3U);
  BOOST_TEST(sample.populations.back().name == "readout");
  BOOST_TEST(sample.readout == dense(sample.populations.back().spikes, 12, 2));
}

BOOST_AUTO_TEST_CASE(a_sample_that_is_not_in_the_set_is_refused) {
  Trained trained;
  const PreparedEvaluation evaluation = trained.prepare();
  const auto named = [](const UsageError& error) {
    return std::string(error.what()) == "sample 9: the test set has 9 samples; expected 0 to 8";
  };
  BOOST_CHECK_EXCEPTION(record(evaluation, {8, 9}), UsageError, named);
  BOOST_CHECK_THROW(record(evaluation, {3, 3}), UsageError);
  BOOST_TEST(record(evaluation, {}).samples.size() == 9U);  // the first ten, as far as there are so many
  const std::atomic<bool> stop{true};
  const std::vector<std::size_t> samples{0};
  BOOST_TEST(!record_samples(evaluation, samples, stop).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
