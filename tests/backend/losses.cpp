// Losses that a backend computes where its answer is, against those of the host on the same readout. A backend may
// leave them to the host; then it says so.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "backend/host_loss.hpp"
#include "backend/loss_cases.hpp"
#include "backend/under_test.hpp"
#include "core/error.hpp"
#include "support/compare.hpp"
#include "training/decision.hpp"

using namespace hetsyn;
using namespace hetsyn::test;

namespace {

// Sums of up to 1e3 float32 terms, in another order than the judge's double: a few times 6e-8 of their size.
constexpr double kTolerance = 1e-5;
/// The host's answer, in double.
struct Judged {
  double value = 0.0;
  std::vector<float> d_readout;
  std::vector<std::vector<float>> d_spike;  ///< [populations][N]
};

Judged judge(const LossCase& c, const Wanted& wanted, const Backend& backend) {
  const std::span<const float> readout = backend.readout();
  const std::vector<double> y(readout.begin(), readout.end());
  const LossBatch<double> batch{c.samples, c.steps, c.outputs, y, wanted.labels, wanted.target};
  const std::size_t hidden = backend.network().populations.size() - 1;
  std::vector<double> d_readout(y.size(), 0.0);
  std::vector<std::vector<double>> spikes, d_spike;
  for (std::size_t p = 0; p < hidden; ++p) {
    const std::size_t size = backend.network().populations[p].size;
    spikes.push_back(spikes_per_neuron(backend.spike_counts(p), size));
    d_spike.emplace_back(size, 0.0);
  }
  Judged judged;
  for (const LossTerm& term : c.terms) {
    judged.value += term.kind == LossKind::rate ? rate_loss<double>(term, spikes, c.samples, c.steps, kStepMs, d_spike)
                                                : readout_loss<double>(term, batch, d_readout);
  }
  judged.d_readout.assign(d_readout.begin(), d_readout.end());
  for (const auto& d : d_spike) judged.d_spike.emplace_back(d.begin(), d.end());
  judged.d_spike.emplace_back();  // none on the readout
  return judged;
}

std::vector<float> gradients(const Backend& backend) {
  std::vector<float> values(backend.layout().size);
  backend.read(Block::gradients, values);
  return values;
}

bool keeps_losses(const Variant& variant) { return variant.backend.name != "cpu"; }

/// Says no, has no value, and wants to be told the gradient.
void check_left_to_the_host(Backend& backend, const BatchLosses& losses) {
  BOOST_TEST(!backend.evaluate_loss(losses));
  BOOST_TEST(backend.loss() == 0.0);
  BOOST_CHECK_THROW(backend.backward({}, {}), DataError);
}

const auto kVariants = boost::unit_test::data::make(variants());

}  // namespace

BOOST_AUTO_TEST_SUITE(losses)

BOOST_DATA_TEST_CASE(value_and_gradient_are_those_of_the_host,
                     kVariants* boost::unit_test::data::make(loss_cases(most_neuron_steps())), variant, c) {
  const InputBatch batch = make_batch(c);
  const Wanted wanted(c);
  const std::unique_ptr<Backend> backend = create(variant, make_state(c));
  backend->forward(batch, {});
  if (!keeps_losses(variant)) return check_left_to_the_host(*backend, wanted.losses(c.terms));
  BOOST_TEST_REQUIRE(backend->evaluate_loss(wanted.losses(c.terms)));
  backend->backward({}, {});
  const double value = backend->loss();
  const std::vector<float> kept = gradients(*backend);

  const Judged judged = judge(c, wanted, *backend);
  BOOST_TEST(std::abs(value - judged.value) <= kTolerance * (1.0 + std::abs(judged.value)));
  backend->zero_gradients();
  backend->forward(batch, {});
  backend->backward(judged.d_readout, judged.d_spike);
  BOOST_TEST(relative_error(kept, gradients(*backend)) <= kTolerance);
  if (c.outputs > 1) BOOST_TEST(euclidean_norm(kept) > 0.0);
}

/// Softmaxes that are 0 or 1 to the last bit.
BOOST_DATA_TEST_CASE(large_potentials_stay_finite, kVariants, variant) {
  if (!keeps_losses(variant)) return;
  const LossCase c{"", {kSoftmaxSum, kLastStep, kTrace}, 20, 40, 3, false, 1e4F};
  const Wanted wanted(c);
  const std::unique_ptr<Backend> backend = create(variant, make_state(c));
  backend->forward(make_batch(c), {});
  BOOST_TEST(euclidean_norm(backend->readout()) > 1e4);
  BOOST_TEST(backend->evaluate_loss(wanted.losses(c.terms)));
  backend->backward({}, {});
  const double value = judge(c, wanted, *backend).value;
  BOOST_TEST(std::abs(backend->loss() - value) <= kTolerance * value);
  BOOST_TEST(std::isfinite(backend->gradient_norm()));
}

/// A network that is right and nearly certain: its loss and its gradients are as good in their own small size.
BOOST_DATA_TEST_CASE(small_losses_keep_their_digits, kVariants, variant) {
  if (!keeps_losses(variant)) return;
  for (const LossTerm& term : {kSoftmaxSum, kLastStep}) {
    const LossCase c{"", {term}, 6, 40, 3, false, 8.0F};
    const InputBatch batch = make_batch(c);
    const std::unique_ptr<Backend> backend = create(variant, make_state(c));
    Wanted wanted(c);
    backend->forward(batch, {});
    const BatchAnswer answer{c.samples, c.steps, c.outputs, 0, kStepMs, backend->readout(), {}, {}};
    wanted.labels = decided_classes(term, answer);
    BOOST_TEST(backend->evaluate_loss(wanted.losses(c.terms)));
    backend->backward({}, {});
    const std::vector<float> kept = gradients(*backend);
    const Judged judged = judge(c, wanted, *backend);
    BOOST_TEST(judged.value > 0.0);
    BOOST_TEST(judged.value < 1e-3);
    BOOST_TEST(std::abs(backend->loss() - judged.value) <= kTolerance * judged.value);
    backend->zero_gradients();
    backend->forward(batch, {});
    backend->backward(judged.d_readout, {});
    BOOST_TEST(relative_error(kept, gradients(*backend)) <= kTolerance);
  }
}

/// Nothing of one batch is left in the next, larger or smaller; losses may be taken again, and of an evaluation.
BOOST_DATA_TEST_CASE(a_used_backend_equals_a_fresh_one, kVariants, variant) {
  if (!keeps_losses(variant)) return;
  const std::vector<LossCase> sequence{{"", {kSkipping, kRate}, 20, 40, 3},
                                       {"", {kTrace}, 20, 60, 5},
                                       {"", {kLastStep}, 20, 12, 2},
                                       {"", {kTrace, kRate, kSoftmaxSum}, 20, 40, 3}};
  const auto run = [&](Backend& backend, const LossCase& c) {
    const InputBatch batch = make_batch(c);
    const Wanted wanted(c);
    backend.zero_gradients();
    backend.forward(batch, {.keep_tape = false, .dropout = {}});
    BOOST_TEST(backend.evaluate_loss(wanted.losses(sequence.front().terms)));
    backend.forward(batch, {});
    BOOST_TEST(backend.loss() == 0.0);
    BOOST_TEST(backend.evaluate_loss(wanted.losses(c.terms)));
    BOOST_TEST(backend.evaluate_loss(wanted.losses(c.terms)));
    backend.backward({}, {});
    std::vector<float> result = gradients(backend);
    result.push_back(static_cast<float>(backend.loss()));
    return result;
  };
  const NetworkState state = make_state(sequence.front());
  const std::unique_ptr<Backend> used = create(variant, state);
  for (const LossCase& c : sequence) {
    const std::unique_ptr<Backend> fresh = create(variant, state);
    BOOST_TEST(run(*used, c) == run(*fresh, c), boost::test_tools::per_element());
  }
}

/// Each of the two gradients can be given instead of the one that was kept.
BOOST_DATA_TEST_CASE(a_gradient_that_is_given_takes_the_place_of_a_kept_one, kVariants, variant) {
  if (!keeps_losses(variant)) return;
  const LossCase c{"", {kSoftmaxSum, kRate}};
  const InputBatch batch = make_batch(c);
  const Wanted wanted(c);
  const std::unique_ptr<Backend> backend = create(variant, make_state(c));
  const auto run = [&](bool evaluates, std::span<const float> d_readout, std::span<const std::vector<float>> d_spike) {
    backend->zero_gradients();
    backend->forward(batch, {});
    if (evaluates) BOOST_TEST(backend->evaluate_loss(wanted.losses(c.terms)));
    backend->backward(d_readout, d_spike);
    return gradients(*backend);
  };
  run(true, {}, {});
  const Judged judged = judge(c, wanted, *backend);
  const std::vector<float> other = random_values<float>(judged.d_readout.size(), 17);
  const std::vector<std::vector<float>> none(judged.d_spike.size());
  BOOST_TEST(relative_error(run(true, other, {}), run(false, other, judged.d_spike)) <= kTolerance);
  BOOST_TEST(relative_error(run(true, {}, none), run(false, judged.d_readout, {})) <= kTolerance);
  BOOST_TEST(run(true, other, none) == run(false, other, {}), boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(batches_without_what_a_loss_needs_are_refused, kVariants, variant) {
  if (!keeps_losses(variant)) return;
  const LossCase c{"", {}};
  const Wanted good(c);
  const std::unique_ptr<Backend> backend = create(variant, make_state(c));
  backend->forward(make_batch(c), {});
  const auto refused = [&](const LossTerm& term, const auto& spoil, const std::string& text) {
    Wanted bad = good;
    spoil(bad);
    const std::vector<LossTerm> terms{term};
    BOOST_CHECK_EXCEPTION(backend->evaluate_loss(bad.losses(terms)), DataError,
                          [&](const DataError& error) { return std::string(error.what()).find(text) == 0; });
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
