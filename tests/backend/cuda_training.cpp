// Training on the CUDA backend, in the emulation of a device, is that on the reference: losses on the device, metrics
// while it runs backwards.
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <hetsyn/exceptions.hpp>

#include "backend/cuda/host/make_cuda_backend.hpp"
#include "support/compare.hpp"
#include "unit/training_run.hpp"

namespace data = boost::unit_test::data;
using namespace hetsyn;
using namespace hetsyn::testing;
using test::relative_error;

namespace {

/// float32 against double changes a gradient by some 1e-6 of it, and Adam's normalisation a parameter by more where the
/// gradient is small; a spike that flips would change it by 1e-2.
constexpr double kTolerance = 2e-4;

struct Situation {
  std::string name;
  std::vector<LossTerm> losses;
  bool spiking = false;
  std::size_t accumulate = 1;
};

std::ostream& operator<<(std::ostream& out, const Situation& s) { return out << s.name; }

const std::vector<Situation> kSituations{
    {"softmax and rate", {{LossKind::softmax_sum, 1.0, 2.0}, {LossKind::rate, 0.01, 10.0}}},
    {"accumulated", {{LossKind::softmax_sum, 1.0, 2.0}}, false, 3},
    {"last step and trace", {{LossKind::last_step, 1.0, 0.0}, {LossKind::trace_mse, 0.5, 0.0}}},
    {"spike count", {{LossKind::spike_count, 1.0, 3.0}, {LossKind::rate, 0.01, 10.0}}, true},
    {"callback beside a softmax", {{LossKind::callback, 0.1, 0.0}, {LossKind::softmax_sum, 1.0, 0.0}}},
};

struct Fixture {
  explicit Fixture(const Situation& situation) {
    task.info_.losses = situation.losses;
    task.info_.targets = task.info_.outputs;
    settings.augmentation = {};
    settings.accumulate = situation.accumulate;
    settings.batch = situation.accumulate == 1 ? 4 : 2;
    spec = small_network(task.info());
    spec.spiking_readout = situation.spiking;
  }
  [[nodiscard]] std::unique_ptr<Backend> device() const {
    return make_cuda_backend(build_network(spec, settings.seed), {});
  }

  FakeTask task;
  TrainSettings settings = small_settings();
  NetworkSpec spec;
};

/// Two ranks, of which the other one adds nothing to any sum.
class SilentRank final : public Communicator {
 public:
  [[nodiscard]] Share share() const override { return {0, 2}; }
  [[nodiscard]] Share on_machine() const override { return {0, 2}; }
  [[nodiscard]] int cores() const override { return 1; }
  bool any(bool mine) override { return mine; }
  void sum(std::span<float> /*values*/) override {}
  void sum(std::span<double> /*values*/) override {}
  std::vector<std::byte> gather(std::span<const std::byte> mine) override { return {mine.begin(), mine.end()}; }
  void broadcast(std::vector<std::byte>& /*bytes*/) override {}
  Failure fail(const Failure& mine) override { return mine; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cuda_training)

BOOST_DATA_TEST_CASE(a_run_is_that_of_the_reference, data::make(kSituations), situation) {
  const Fixture fixture(situation);
  TrainingRun run(fixture.task, fixture.settings, fixture.device());
  TrainingRun reference(fixture.task, fixture.settings, fixture.spec, "reference");
  run.run();
  reference.run();
  BOOST_TEST_REQUIRE(run.observer.steps.size() == reference.observer.steps.size());
  BOOST_TEST(run.observer.steps.size() >= 9U);
  for (std::size_t s = 0; s < run.observer.steps.size(); ++s) {
    const StepRecord &mine = run.observer.steps[s], &theirs = reference.observer.steps[s];
    BOOST_TEST(std::abs(mine.loss - theirs.loss) <= kTolerance * std::abs(theirs.loss));
    BOOST_TEST(std::abs(mine.gradient_norm - theirs.gradient_norm) <= kTolerance * theirs.gradient_norm);
    BOOST_TEST(mine.metrics[0].value == theirs.metrics[0].value);
  }
  for (std::size_t e = 0; e < run.observer.epochs.size(); ++e) {
    const EpochRecord &mine = run.observer.epochs[e], &theirs = reference.observer.epochs[e];
    for (const char* split : {"train", "validation", "test"}) {
      for (const char* name : {"loss", "accuracy", "firing_rate_hz"}) {
        const double expected = theirs.metric(split, name).value();
        BOOST_TEST(std::abs(mine.metric(split, name).value() - expected) <= kTolerance * std::abs(expected));
      }
    }
  }
  BOOST_TEST(relative_error(run.trainer.snapshot().parameters, reference.trainer.snapshot().parameters) <= kTolerance);
}

BOOST_AUTO_TEST_CASE(divergence_is_the_same_clear_error) {
  Fixture fixture(kSituations[0]);
  fixture.settings.optimizer.gradient_clip = 0.0;
  fixture.settings.optimizer.learning_rate = 1e38;
  fixture.settings.schedule = {};
  TrainingRun run(fixture.task, fixture.settings, fixture.device());
  BOOST_CHECK_EXCEPTION(run.run(), RunError, [](const RunError& error) {
    return std::string(error.what()).find("training has diverged") != std::string::npos;
  });
}

/// With several ranks the host computes the rate term, as its value is of all ranks, and the device the rest.
BOOST_AUTO_TEST_CASE(ranks_share_the_loss_between_host_and_device) {
  const Fixture fixture(kSituations[0]);
  const FakeTask& task = fixture.task;
  LoadRequest request;
  request.samples = SampleOrder::from(0, 4);
  const Batch batch = BatchLoader(task, nullptr, request).next().value();
  SilentRank two;
  const auto gradients_of = [&](Backend& backend, Communicator& ranks) {
    TaskLoss loss(task, backend.network(), ranks);
    const BatchLoss batch_loss = loss.train(backend.forward_with_tape(batch.input), batch, 0.5);
    std::vector<float> all(backend.layout().size);
    backend.read(Block::gradients, all);
    all.push_back(static_cast<float>(batch_loss.value()));
    return all;
  };
  const auto device = fixture.device(), other = fixture.device();
  const auto reference = make_backend("reference", build_network(fixture.spec, fixture.settings.seed), {});
  const std::vector<float> expected = gradients_of(*reference, single_process());
  BOOST_TEST(relative_error(gradients_of(*device, single_process()), expected) <= kTolerance);
  BOOST_TEST(relative_error(gradients_of(*other, two), expected) <= kTolerance);
}

BOOST_AUTO_TEST_SUITE_END()
