// Losses that a backend computes, compared with those that the host computes in double from the same readout.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <limits>

#include "backend/host_loss.hpp"
#include "backend/loss_cases.hpp"
#include "backend/under_test.hpp"
#include "support/compare.hpp"

using namespace hetsyn;
using namespace hetsyn::test;

namespace {

// Sums of up to 1e3 float32 terms, in another order than on the host: a few times 6e-8 of their size.
constexpr double kTolerance = 1e-5;
/// What the host computes, in double.
struct Expected {
  double value = 0.0;
  std::vector<float> d_readout;
  std::vector<std::vector<float>> d_spike;  ///< [populations][N]
};

Expected expected_of(const LossCase& c, const Wanted& wanted, const BackendPass& pass) {
  const std::span<const float> readout = pass.readout();
  const std::vector<double> y(readout.begin(), readout.end());
  const LossBatch<double> batch{{y, pass.shape().extents()}, wanted.labels, wanted.target};
  const std::size_t hidden = pass.network().populations.size() - 1;
  std::vector<double> d_readout(y.size(), 0.0);
  std::vector<std::vector<double>> spikes, d_spike;
  for (std::size_t p = 0; p < hidden; ++p) {
    spikes.push_back(spikes_per_neuron(pass.spike_counts(p)));
    d_spike.emplace_back(spikes.back().size(), 0.0);
  }
  Expected expected;
  for (const LossTerm& term : c.terms) {
    expected.value += term.kind == LossKind::rate
                          ? rate_loss<double>(term, spikes, c.samples, c.steps, kStepMs, d_spike)
                          : readout_loss<double>(term, batch, d_readout);
  }
  expected.d_readout.assign(d_readout.begin(), d_readout.end());
  for (const auto& d : d_spike) expected.d_spike.emplace_back(d.begin(), d.end());
  expected.d_spike.emplace_back();  // none on the readout
  return expected;
}

std::vector<float> gradients(const Backend& backend) {
  std::vector<float> values(backend.layout().size);
  backend.read(Block::gradients, values);
  return values;
}

const auto kVariants = boost::unit_test::data::make(variants());

}  // namespace

BOOST_AUTO_TEST_SUITE(losses)

BOOST_DATA_TEST_CASE(value_and_gradient_are_those_of_the_host,
                     kVariants* boost::unit_test::data::make(loss_cases(most_neuron_steps())), variant, c) {
  const InputBatch batch = make_batch(c);
  const Wanted wanted(c);
  const std::unique_ptr<Backend> backend = create(variant, make_state(c));
  const TapedPass pass = backend->forward_with_tape(batch);
  const KeptLoss loss = pass.loss_with_gradients(wanted.losses(c.terms));
  loss.backward();
  const std::vector<float> kept = gradients(*backend);

  const Expected expected = expected_of(c, wanted, pass);
  BOOST_TEST(std::abs(loss.value() - expected.value) <= kTolerance * (1.0 + std::abs(expected.value)));
  const double value = loss.value();
  BOOST_TEST(backend->forward(batch).loss(wanted.losses(c.terms)).value() == value);  // without gradients
  backend->zero_gradients();
  backend->forward_with_tape(batch).backward({expected.d_readout, expected.d_spike});
  BOOST_TEST(relative_error(kept, gradients(*backend)) <= kTolerance);
  if (c.outputs > 1) BOOST_TEST(euclidean_norm(kept) > 0.0);
}

/// Softmaxes that are 0 or 1 to the last bit.
BOOST_DATA_TEST_CASE(large_potentials_stay_finite, kVariants, variant) {
  const LossCase c{"", {kSoftmaxSum, kLastStep, kTrace}, 20, 40, 3, false, 1e4F};
  const Wanted wanted(c);
  const std::unique_ptr<Backend> backend = create(variant, make_state(c));
  const TapedPass pass = backend->forward_with_tape(make_batch(c));
  BOOST_TEST(euclidean_norm(pass.readout()) > 1e4);
  const KeptLoss loss = pass.loss_with_gradients(wanted.losses(c.terms));
  loss.backward();
  const double value = expected_of(c, wanted, pass).value;
  BOOST_TEST(std::abs(loss.value() - value) <= kTolerance * value);
  BOOST_TEST(std::isfinite(backend->gradient_norm({})));
}

/// A network that is right and nearly certain: its small loss and gradients have the same relative precision.
BOOST_DATA_TEST_CASE(small_losses_keep_their_digits, kVariants, variant) {
  for (const LossTerm& term : {kSoftmaxSum, kLastStep}) {
    const LossCase c{"", {term}, 6, 40, 3, false, 8.0F};
    const InputBatch batch = make_batch(c);
    const std::unique_ptr<Backend> backend = create(variant, make_state(c));
    Wanted wanted(c);
    const TapedPass pass = backend->forward_with_tape(batch);
    wanted.labels = pass.metrics({.decisions = {&term, 1}, .target = std::nullopt}).values().classes.front();
    const KeptLoss loss = pass.loss_with_gradients(wanted.losses(c.terms));
    loss.backward();
    const std::vector<float> kept = gradients(*backend);
    const Expected expected = expected_of(c, wanted, pass);
    BOOST_TEST(expected.value > 0.0);
    BOOST_TEST(expected.value < 1e-3);
    BOOST_TEST(std::abs(loss.value() - expected.value) <= kTolerance * expected.value);
    backend->zero_gradients();
    backend->forward_with_tape(batch).backward({expected.d_readout, {}});
    BOOST_TEST(relative_error(kept, gradients(*backend)) <= kTolerance);
  }
}

/// Nothing of one batch affects the next, larger or smaller; losses may be computed again, also those of an evaluation.
BOOST_DATA_TEST_CASE(a_used_backend_equals_a_fresh_one, kVariants, variant) {
  const std::vector<LossCase> sequence{{"", {kSkipping, kRate}, 20, 40, 3},
                                       {"", {kTrace}, 20, 60, 5},
                                       {"", {kLastStep}, 20, 12, 2},
                                       {"", {kTrace, kRate, kSoftmaxSum}, 20, 40, 3}};
  const auto run = [&](Backend& backend, const LossCase& c) {
    const InputBatch batch = make_batch(c);
    const Wanted wanted(c);
    backend.zero_gradients();
    static_cast<void>(backend.forward(batch).loss(wanted.losses(sequence.front().terms)));
    const TapedPass pass = backend.forward_with_tape(batch);
    static_cast<void>(pass.loss_with_gradients(wanted.losses(c.terms)));
    static_cast<void>(pass.loss(wanted.losses(c.terms)));
    const KeptLoss loss = pass.loss_with_gradients(wanted.losses(c.terms));
    loss.backward();
    std::vector<float> result = gradients(backend);
    result.push_back(static_cast<float>(loss.value()));
    return result;
  };
  const NetworkState state = make_state(sequence.front());
  const std::unique_ptr<Backend> used = create(variant, state);
  for (const LossCase& c : sequence) {
    const std::unique_ptr<Backend> fresh = create(variant, state);
    BOOST_TEST(run(*used, c) == run(*fresh, c), boost::test_tools::per_element());
  }
}

/// As with several ranks, which know the rates of all ranks together.
BOOST_DATA_TEST_CASE(a_kept_loss_takes_gradients_of_rates_from_its_caller, kVariants, variant) {
  const LossCase both{"", {kSoftmaxSum, kRate}}, alone{"", {kSoftmaxSum}};
  const InputBatch batch = make_batch(both);
  const Wanted wanted(both);
  const std::unique_ptr<Backend> backend = create(variant, make_state(both));
  const TapedPass first = backend->forward_with_tape(batch);
  const Expected expected = expected_of(both, wanted, first);
  first.loss_with_gradients(wanted.losses(both.terms)).backward();
  const std::vector<float> wanted_gradients = gradients(*backend);
  backend->zero_gradients();
  backend->forward_with_tape(batch).loss_with_gradients(wanted.losses(alone.terms)).backward(expected.d_spike);
  BOOST_TEST(relative_error(gradients(*backend), wanted_gradients) <= kTolerance);
  const KeptLoss has_rates = backend->forward_with_tape(batch).loss_with_gradients(wanted.losses(both.terms));
  BOOST_CHECK_THROW(has_rates.backward(expected.d_spike), RunError);
}

/// Kept gradients are not mixed with those of the caller.
BOOST_DATA_TEST_CASE(a_backward_pass_starts_from_what_it_is_given_alone, kVariants, variant) {
  const LossCase c{"", {kSoftmaxSum, kRate}};
  const InputBatch batch = make_batch(c);
  const Wanted wanted(c);
  const std::unique_ptr<Backend> backend = create(variant, make_state(c));
  const std::vector<float> own = random_values<float>(c.samples * c.steps * c.outputs, 17);
  const auto run = [&](bool has_loss) {
    backend->zero_gradients();
    const TapedPass pass = backend->forward_with_tape(batch);
    if (has_loss) static_cast<void>(pass.loss_with_gradients(wanted.losses(c.terms)));
    pass.backward({own, {}});
    return gradients(*backend);
  };
  BOOST_TEST(run(true) == run(false), boost::test_tools::per_element());
}

/// A handle of an earlier pass throws; it never returns values of another pass.
BOOST_DATA_TEST_CASE(handles_end_with_their_pass, kVariants, variant) {
  const LossCase c{"", {kSoftmaxSum}};
  const InputBatch batch = make_batch(c);
  const Wanted wanted(c);
  const BatchLosses losses = wanted.losses(c.terms);
  const std::unique_ptr<Backend> backend = create(variant, make_state(c));
  const TapedPass pass = backend->forward_with_tape(batch);
  const KeptLoss earlier = pass.loss_with_gradients(losses);
  const KeptLoss loss = pass.loss_with_gradients(losses);
  BOOST_CHECK_THROW(earlier.backward(), RunError);
  BOOST_CHECK_THROW(static_cast<void>(earlier.value()), RunError);
  BOOST_TEST(pass.tape(Field::potential, 0).size() == c.samples * c.steps * 9);
  loss.backward();
  BOOST_CHECK_THROW(static_cast<void>(pass.tape(Field::potential, 0)), RunError);
  BOOST_CHECK_THROW(loss.backward(), RunError);  // a tape allows one backward pass
  BOOST_CHECK_THROW(pass.backward({std::vector<float>(c.samples * c.steps * c.outputs), {}}), RunError);
  BOOST_TEST(loss.value() > 0.0);
  BOOST_TEST(!pass.readout().empty());
  const BackendPass next = backend->forward(batch);
  BOOST_CHECK_THROW(static_cast<void>(loss.value()), RunError);
  BOOST_CHECK_THROW(static_cast<void>(pass.readout()), RunError);
  BOOST_CHECK_THROW(static_cast<void>(pass.spike_counts(0)), RunError);
  BOOST_CHECK_THROW(static_cast<void>(pass.tape(Field::spike, 0)), RunError);
  BOOST_CHECK_THROW(static_cast<void>(pass.loss(losses)), RunError);
  BOOST_CHECK_THROW(static_cast<void>(pass.loss_with_gradients(losses)), RunError);
  InputBatch bad = batch;
  bad.samples.clear();
  BOOST_CHECK_THROW(backend->forward(bad), DataError);
  BOOST_CHECK_THROW(static_cast<void>(next.readout()), RunError);
}

BOOST_DATA_TEST_CASE(batches_without_what_a_loss_needs_are_refused, kVariants, variant) {
  const LossCase c{"", {}};
  const Wanted good(c);
  const std::unique_ptr<Backend> backend = create(variant, make_state(c));
  const TapedPass pass = backend->forward_with_tape(make_batch(c));
  const auto refused = [&](const LossTerm& term, const auto& spoil, const std::string& text) {
    Wanted bad = good;
    spoil(bad);
    const std::vector<LossTerm> terms{term};
    const auto says = [&](const DataError& error) { return std::string(error.what()).find(text) == 0; };
    BOOST_CHECK_EXCEPTION(static_cast<void>(pass.loss(bad.losses(terms))), DataError, says);
    BOOST_CHECK_EXCEPTION(static_cast<void>(pass.loss_with_gradients(bad.losses(terms))), DataError, says);
  };
  const auto nothing = [](Wanted&) {};
  refused(
      kLastStep, [](Wanted& w) { w.labels[1] = 20; }, "loss: label 20 is outside [0, 20)");
  refused(
      kSoftmaxSum, [](Wanted& w) { w.labels[2] = -1; }, "loss: label -1 is outside [0, 20)");
  refused(
      kSpikeCount, [](Wanted& w) { w.labels.pop_back(); }, "loss: labels has 2 elements, expected 3");
  refused(
      kTrace, [](Wanted& w) { w.target.pop_back(); }, "loss: target trace has 2399 elements, expected 2400");
  for (const double left_out : {40.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    refused({LossKind::softmax_sum, 1.0, left_out}, nothing, "loss softmax_sum leaves out");
  }
  refused({LossKind::rate, 1.0, 0.0}, nothing, "loss rate: the target rate is 0 Hz");
  refused({LossKind::callback, 1.0, 0.0}, nothing, "loss: rate and callback");
}

BOOST_AUTO_TEST_SUITE_END()
