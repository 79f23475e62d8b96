#include "backend/host_loss.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <limits>
#include <ostream>

#include "core/rng.hpp"

namespace data = boost::unit_test::data;
using namespace hetsyn;

namespace {

/// A batch of normal readouts in double, with labels and targets.
struct Case {
  std::size_t samples = 3, steps = 7, outputs = 4;
  std::vector<double> readout, gradient;
  std::vector<std::int32_t> labels;
  std::vector<float> target;

  explicit Case(double scale = 1.0) {
    RandomStream random(1, RandomPurpose::test);
    for (std::size_t i = 0; i < samples * steps * outputs; ++i) {
      readout.push_back(scale * random.normal());
      target.push_back(static_cast<float>(random.normal()));
    }
    for (std::size_t b = 0; b < samples; ++b) labels.push_back(static_cast<std::int32_t>(b % outputs));
  }

  [[nodiscard]] LossBatch<double> batch() const { return {{readout, {samples, steps, outputs}}, labels, target}; }
  double loss(const LossTerm& term) {
    gradient.assign(readout.size(), 0.0);
    return readout_loss<double>(term, batch(), gradient);
  }
};

const LossTerm kTerms[] = {
    {LossKind::softmax_sum, 1.0, 0.0}, {LossKind::softmax_sum, 0.7, 3.0}, {LossKind::last_step, 1.3, 0.0},
    {LossKind::spike_count, 1.0, 1.0}, {LossKind::spike_count, 1.5, 4.0}, {LossKind::trace_mse, 2.0, 0.0},
};

}  // namespace

namespace hetsyn {
std::ostream& operator<<(std::ostream& out, const LossTerm& term) {
  return out << "kind " << static_cast<int>(term.kind) << " weight " << term.weight << " parameter " << term.parameter;
}
}  // namespace hetsyn

BOOST_AUTO_TEST_SUITE(loss)

BOOST_DATA_TEST_CASE(gradients_are_those_of_finite_differences, data::make(kTerms), term) {
  Case c;
  c.loss(term);
  const std::vector<double> gradient = c.gradient;
  double error = 0.0, norm = 0.0;
  // Central differences: error of order h² (1e-10 here) plus rounding 1e-16 / h; so 1e-6 of the norm leaves room.
  constexpr double h = 1e-5;
  for (std::size_t i = 0; i < c.readout.size(); ++i) {
    const double y = c.readout[i];
    c.readout[i] = y + h;
    const double above = c.loss(term);
    c.readout[i] = y - h;
    const double below = c.loss(term);
    c.readout[i] = y;
    const double difference = (above - below) / (2.0 * h);
    error += (difference - gradient[i]) * (difference - gradient[i]);
    norm += difference * difference;
  }
  BOOST_TEST(norm > 0.0);
  BOOST_TEST(std::sqrt(error) <= 1e-6 * std::sqrt(norm));
}

BOOST_DATA_TEST_CASE(float_agrees_with_double, data::make(kTerms), term) {
  Case c;
  const double expected = c.loss(term);
  const std::vector<float> readout(c.readout.begin(), c.readout.end());
  std::vector<float> gradient(readout.size(), 0.0f);
  const LossBatch<float> batch{{readout, {c.samples, c.steps, c.outputs}}, c.labels, c.target};
  // Rounding of about 50 float operations of size 1: 50 · 6e-8 = 3e-6.
  BOOST_TEST(std::abs(readout_loss<float>(term, batch, gradient) - expected) < 3e-6 * (1.0 + std::abs(expected)));
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    BOOST_REQUIRE(std::abs(static_cast<double>(gradient[i]) - c.gradient[i]) < 3e-6);
  }
}

BOOST_AUTO_TEST_CASE(values_by_hand) {
  // Two classes, two steps, label 1. Tolerance: a few roundings of double.
  const std::vector<double> y{0.0, std::log(3.0), std::log(4.0), 0.0};
  const std::vector<std::int32_t> labels{1};
  std::vector<double> gradient(4, 0.0);
  const LossBatch<double> batch{{y, {1, 2, 2}}, labels, {}};
  // softmax: (1/4, 3/4) and (4/5, 1/5); sum (1.05, 0.95).
  BOOST_TEST(std::abs(readout_loss<double>({LossKind::softmax_sum, 1.0, 0.0}, batch, gradient) -
                      std::log1p(std::exp(1.05 - 0.95))) < 1e-14);
  BOOST_TEST(std::abs(readout_loss<double>({LossKind::softmax_sum, 1.0, 1.0}, batch, gradient) -
                      std::log1p(std::exp(0.8 - 0.2))) < 1e-14);
  BOOST_TEST(std::abs(readout_loss<double>({LossKind::last_step, 1.0, 0.0}, batch, gradient) - std::log(5.0)) < 1e-14);
  const double counts = std::log1p(std::exp(std::log(4.0) - std::log(3.0)));
  BOOST_TEST(std::abs(readout_loss<double>({LossKind::spike_count, 2.0, 1.0}, batch, gradient) - 2.0 * counts) < 1e-14);
  const double halves = std::log1p(std::exp((std::log(4.0) - std::log(3.0)) / 2.0));
  BOOST_TEST(std::abs(readout_loss<double>({LossKind::spike_count, 1.0, 2.0}, batch, gradient) - halves) < 1e-14);
  const std::vector<float> target{1.0f, 0.0f, 0.0f, 2.0f};
  const std::vector<double> trace{2.0, 0.0, 3.0, 0.0};
  BOOST_TEST(readout_loss<double>({LossKind::trace_mse, 1.0, 0.0}, {{trace, {1, 2, 2}}, {}, target}, gradient) ==
             (1.0 + 9.0 + 4.0) / 4.0);
}

BOOST_AUTO_TEST_CASE(the_gradient_is_added) {
  Case c;
  c.loss({LossKind::last_step, 1.0, 0.0});
  const std::vector<double> one = c.gradient;
  readout_loss<double>({LossKind::last_step, 1.0, 0.0}, c.batch(), c.gradient);
  for (std::size_t i = 0; i < one.size(); ++i) BOOST_REQUIRE(c.gradient[i] == 2.0 * one[i]);
}

BOOST_DATA_TEST_CASE(large_potentials_stay_finite, data::make(kTerms), term) {
  Case c(1e4);
  BOOST_TEST(std::isfinite(c.loss(term)));
  for (const double g : c.gradient) BOOST_REQUIRE(std::isfinite(g));
}

BOOST_AUTO_TEST_CASE(bad_batches_are_refused) {
  const LossTerm last{LossKind::last_step, 1.0, 0.0};
  for (const std::int32_t label : {-1, 4}) {
    Case c;
    c.labels[1] = label;
    BOOST_CHECK_THROW(c.loss(last), DataError);
  }
  Case c;
  std::vector<double> short_gradient(3);
  BOOST_CHECK_THROW(readout_loss<double>(last, c.batch(), short_gradient), DataError);
  c.target.pop_back();
  BOOST_CHECK_THROW(c.loss({LossKind::trace_mse, 1.0, 0.0}), DataError);
  c.labels.pop_back();
  BOOST_CHECK_THROW(c.loss(last), DataError);
  for (const double skip : {7.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    Case all_skipped;
    BOOST_CHECK_THROW(all_skipped.loss({LossKind::softmax_sum, 1.0, skip}), DataError);
  }
  Case good;
  BOOST_CHECK_THROW(good.loss({LossKind::rate, 1.0, 10.0}), DataError);
}

namespace {

/// Spike counts of two populations, 2 and 3 neurons, 2 samples; T = 50 steps of 2 ms = 0.1 s.
struct RateCase {
  std::vector<double> first{3, 1, 2, 4}, second{0, 1, 2, 3, 4, 5};
  std::vector<std::vector<double>> gradient{std::vector<double>(2), std::vector<double>(3)};
  double loss(const LossTerm& term) {
    for (auto& d : gradient) d.assign(d.size(), 0.0);
    const std::vector<std::vector<double>> spikes{spikes_per_neuron<double>({first, {2, 2}}),
                                                  spikes_per_neuron<double>({second, {2, 3}})};
    return rate_loss<double>(term, spikes, 2, 50, 2.0, gradient);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(rate_loss_by_hand) {
  RateCase c;
  // Rates in Hz over 2 · 0.1 s: 5/0.2 = 25, 25; 3/0.2 = 15, 25, 35. Target 20: errors .25 .25 -.25 .25 .75.
  const double expected = 0.5 * (4 * 0.0625 + 0.5625) / 5.0;
  BOOST_TEST(std::abs(c.loss({LossKind::rate, 0.5, 20.0}) - expected) < 1e-14);
  // d/dz of neuron 2 of the second population: 0.5 · 2/5 · 0.75/20 · 1/0.2 Hz per spike.
  BOOST_TEST(std::abs(c.gradient[1][2] - 0.5 * 0.4 * 0.75 / 20.0 * 5.0) < 1e-14);
}

BOOST_AUTO_TEST_CASE(rate_gradient_is_that_of_finite_differences) {
  RateCase c;
  const LossTerm term{LossKind::rate, 0.3, 12.0};
  c.loss(term);
  const auto gradient = c.gradient;
  // The loss is quadratic in a count, so that central differences are exact up to rounding, 1e-16 / 1e-3.
  constexpr double h = 1e-3;
  for (std::size_t j = 0; j < 3; ++j) {
    c.second[j] += h;
    const double above = c.loss(term);
    c.second[j] -= 2.0 * h;
    const double below = c.loss(term);
    c.second[j] += h;
    BOOST_TEST(std::abs((above - below) / (2.0 * h) - gradient[1][j]) < 1e-11);
  }
}

BOOST_AUTO_TEST_CASE(bad_rate_terms_are_refused) {
  RateCase c;
  BOOST_CHECK_THROW(c.loss({LossKind::rate, 1.0, 0.0}), DataError);
  c.gradient[0].pop_back();
  BOOST_CHECK_THROW(c.loss({LossKind::rate, 1.0, 10.0}), DataError);
}

BOOST_AUTO_TEST_SUITE_END()
