// Metrics that a backend computes, compared with those that the host computes from the same readout.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <hetsyn/exceptions.hpp>
#include <numeric>

#include "backend/host_metrics.hpp"
#include "backend/label_logits.hpp"
#include "backend/loss_cases.hpp"
#include "backend/under_test.hpp"
#include "support/compare.hpp"

using namespace hetsyn;
using namespace hetsyn::test;

namespace {

const auto kVariants = boost::unit_test::data::make(variants());

/// The losses of a case that decide classes.
std::vector<LossTerm> decisions_of(const LossCase& c) {
  std::vector<LossTerm> decisions;
  std::ranges::copy_if(c.terms, std::back_inserter(decisions), [](const LossTerm& t) { return has_labels(t.kind); });
  return decisions;
}

/// How much more of the score the class `expected` has than the class `decided`.
double lead(const LossTerm& decision, const BackendPass& pass, std::size_t sample, std::int32_t expected,
            std::int32_t decided) {
  const View<const float, 2> y = pass.readout().slice(sample);
  std::vector<float> p(y.columns());
  const std::vector<double> score = logits(y, label_score(decision, y.rows()), [&](std::size_t) { return p.data(); });
  return score.at(static_cast<std::size_t>(expected)) - score.at(static_cast<std::size_t>(decided));
}

/// Sums of softmaxes that are equal, as those of spikes may be, differ only by the order of rounding.
void check_same(const MetricValues& values, const MetricValues& expected, const std::vector<LossTerm>& decisions,
                const BackendPass& pass) {
  BOOST_REQUIRE_EQUAL(values.classes.size(), expected.classes.size());
  for (std::size_t rule = 0; rule < values.classes.size(); ++rule) {
    for (std::size_t b = 0; b < expected.classes[rule].size(); ++b) {
      const std::int32_t mine = values.classes[rule].at(b), host = expected.classes[rule][b];
      const bool is_sum = decisions[rule].kind == LossKind::softmax_sum;
      BOOST_TEST((mine == host || (is_sum && lead(decisions[rule], pass, b, host, mine) <= 1e-5)),
                 "sample " << b << " is decided to be " << mine << ", by the host " << host);
    }
  }
  // Sums of doubles in another order.
  BOOST_TEST(relative_error(values.squared_errors, expected.squared_errors) <= 1e-12);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(metrics)

BOOST_DATA_TEST_CASE(they_are_those_of_the_host,
                     kVariants* boost::unit_test::data::make(loss_cases(most_neuron_steps())), variant, c) {
  const Wanted wanted(c);
  const std::vector<LossTerm> decisions = decisions_of(c);
  const std::unique_ptr<Backend> backend = create(variant, make_state(c));
  const TapedPass pass = backend->forward_with_tape(make_batch(c));
  const PendingMetrics pending = pass.metrics({.decisions = decisions, .target = wanted.target});
  if (!c.terms.empty()) pass.loss_with_gradients(wanted.losses(c.terms)).backward();
  const MetricValues values = pending.values();  // after the backward pass, as in training
  const MetricValues expected = host_metrics({.decisions = decisions, .target = wanted.target}, pass.readout());
  check_same(values, expected, decisions, pass);
  BOOST_TEST(values.squared_errors.size() == c.samples);
}

/// A silent readout, whose outputs are all equal, is decided for the first.
BOOST_DATA_TEST_CASE(the_first_of_equals_is_decided, kVariants, variant) {
  for (const bool spiking : {false, true}) {
    LossCase c{"", {kSoftmaxSum, kLastStep, kSpikeCount}, 40, 20, 3, spiking};
    NetworkState state = make_state(c);
    std::ranges::fill(state.parameters, 0.0F);
    const std::unique_ptr<Backend> backend = create(variant, state);
    const MetricValues values =
        backend->forward(make_batch(c)).metrics({.decisions = c.terms, .target = std::nullopt}).values();
    for (const auto& classes : values.classes) {
      BOOST_TEST(classes == (std::vector<std::int32_t>{0, 0, 0}), boost::test_tools::per_element());
    }
  }
}

/// Nothing of one batch affects the next, larger or smaller, with more metrics or fewer.
BOOST_DATA_TEST_CASE(a_used_backend_equals_a_fresh_one, kVariants, variant) {
  const std::vector<LossCase> sequence{{"", {kSkipping, kLastStep}, 20, 40, 3},
                                       {"", {kSoftmaxSum}, 20, 60, 5},
                                       {"", {}, 20, 12, 2},
                                       {"", {kLastStep, kSoftmaxSum, kSkipping}, 20, 40, 3}};
  const NetworkState state = make_state(sequence.front());
  const std::unique_ptr<Backend> used = create(variant, state);
  for (const LossCase& c : sequence) {
    const Wanted wanted(c);
    const std::unique_ptr<Backend> fresh = create(variant, state);
    const auto run = [&](Backend& backend) {
      return backend.forward(make_batch(c)).metrics({.decisions = c.terms, .target = wanted.target}).values();
    };
    const MetricValues mine = run(*used), theirs = run(*fresh);
    BOOST_TEST((mine.classes == theirs.classes));
    BOOST_TEST(mine.squared_errors == theirs.squared_errors, boost::test_tools::per_element());
  }
}

/// The readout is there whether it was requested before the backward pass, after it, or not at all.
BOOST_DATA_TEST_CASE(a_readout_may_be_requested_at_any_time, kVariants, variant) {
  for (const bool spiking : {false, true}) {
    const LossCase c{"", {kSkipping}, 20, 40, 3, spiking};
    const Wanted wanted(c);
    const std::unique_ptr<Backend> backend = create(variant, make_state(c));
    std::vector<std::vector<float>> answers;
    for (const int when : {0, 1, 2}) {
      const TapedPass pass = backend->forward_with_tape(make_batch(c));
      if (when == 0) pass.request_readout();
      pass.loss_with_gradients(wanted.losses(c.terms)).backward();
      if (when == 1) pass.request_readout();
      answers.emplace_back(pass.readout().begin(), pass.readout().end());
    }
    BOOST_TEST(euclidean_norm(answers[0]) > 0.0);
    BOOST_TEST(answers[1] == answers[0], boost::test_tools::per_element());
    BOOST_TEST(answers[2] == answers[0], boost::test_tools::per_element());
  }
}

BOOST_DATA_TEST_CASE(metrics_that_do_not_suit_the_batch_are_refused, kVariants, variant) {
  const LossCase c{"", {}};
  const Wanted wanted(c);
  const std::unique_ptr<Backend> backend = create(variant, make_state(c));
  const BackendPass pass = backend->forward(make_batch(c));
  const std::vector<LossTerm> late{{LossKind::softmax_sum, 1.0, 40.0}}, no_decision{kTrace}, last{kLastStep};
  const std::span<const float> short_target = std::span(wanted.target).first(7);
  BOOST_CHECK_THROW(static_cast<void>(pass.metrics({.decisions = late, .target = std::nullopt})), DataError);
  BOOST_CHECK_THROW(static_cast<void>(pass.metrics({.decisions = no_decision, .target = std::nullopt})), DataError);
  BOOST_CHECK_THROW(static_cast<void>(pass.metrics({.decisions = {}, .target = short_target})), DataError);
  const PendingMetrics earlier = pass.metrics({.decisions = last, .target = std::nullopt});
  const PendingMetrics pending = pass.metrics({.decisions = last, .target = std::nullopt});
  BOOST_CHECK_THROW(static_cast<void>(earlier.values()), RunError);
  BOOST_TEST(pending.values().classes.size() == 1U);
  backend->forward(make_batch(c));
  BOOST_CHECK_THROW(static_cast<void>(pending.values()), RunError);
}

BOOST_AUTO_TEST_SUITE_END()
