// Losses of a network that is nearly certain: value and gradient are small differences of large numbers.
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <ostream>
#include <vector>

#include "backend/host_loss.hpp"
#include "core/rng.hpp"

using namespace hetsyn;
namespace data = boost::unit_test::data;

namespace {

/// One sample, whose potentials (or spikes) are the same in float and double.
struct Certain {
  const char* name;
  LossTerm term;
  std::size_t label;
  std::size_t outputs;
  std::vector<double> readout;  ///< [T][K]
  double value;                 ///< by mpmath, with 40 digits
};
std::ostream& operator<<(std::ostream& out, const Certain& c) { return out << c.name; }

std::vector<double> repeated(std::size_t times, const std::vector<double>& step) {
  std::vector<double> all;
  for (std::size_t t = 0; t < times; ++t) all.insert(all.end(), step.begin(), step.end());
  return all;
}

/// `ones` spikes of the second of three classes, one a step.
std::vector<double> spikes_of_the_second(std::size_t ones) { return repeated(ones, {0.0, 1.0, 0.0}); }

const LossTerm kLast{LossKind::last_step, 1.0, 0.0}, kSum{LossKind::softmax_sum, 1.0, 0.0},
    kCount{LossKind::spike_count, 1.0, 2.0};
const std::vector<Certain> kCertain{
    {"last_step", kLast, 2, 10, {0, 0, 14.125, 0, 0, 0, 0, 0, 0, 0}, 6.604371862259453808619579951e-6},
    {"last_step, below the steps of a double at 1", kLast, 0, 3, {40, 0, -1.5}, 5.196290220642064576371474867e-18},
    {"last_step, certain of another class", kLast, 0, 3, {-200, 0, -3}, 200.0485873515737420587589259198},
    {"softmax_sum", kSum, 0, 3, repeated(14, {8.5, 0, -1.25}), 1.672221536240549931113387518526e-6},
    {"spike_count", kCount, 1, 3, spikes_of_the_second(25), 7.453278568407626086467891088809e-6},
};

template <class Real>
struct Outcome {
  double value = 0.0;
  std::vector<Real> gradient;
};

template <class Real>
Outcome<Real> loss_of(const LossTerm& term, std::size_t label, std::size_t outputs, const std::vector<double>& y) {
  const std::vector<Real> readout(y.begin(), y.end());
  const std::vector<std::int32_t> labels{static_cast<std::int32_t>(label)};
  Outcome<Real> outcome{0.0, std::vector<Real>(y.size(), Real{0})};
  outcome.value = readout_loss<Real>(term, {{readout, {1, y.size() / outputs, outputs}}, labels, {}}, outcome.gradient);
  return outcome;
}

using Extended = long double;  // 64 bits of mantissa: of a difference of 1e-7, 12 decimal digits are left

std::vector<Extended> plain_softmax(const std::vector<Extended>& y) {
  std::vector<Extended> p(y.size());
  Extended sum = 0;
  for (const Extended v : y) sum += std::exp(v);
  for (std::size_t k = 0; k < y.size(); ++k) p[k] = std::exp(y[k]) / sum;
  return p;
}

/// softmax_sum as it is written in textbooks.
Outcome<Extended> plain_softmax_sum(std::size_t label, std::size_t outputs, const std::vector<double>& y) {
  std::vector<Extended> score(outputs, 0);
  std::vector<std::vector<Extended>> p;
  for (std::size_t t = 0; t < y.size(); t += outputs) {
    p.push_back(plain_softmax(std::vector<Extended>(&y[t], &y[t] + outputs)));
    for (std::size_t k = 0; k < outputs; ++k) score[k] += p.back()[k];
  }
  std::vector<Extended> g = plain_softmax(score);
  Outcome<Extended> outcome{-static_cast<double>(std::log(g[label])), {}};
  g[label] -= 1;
  for (const auto& at_step : p) {
    Extended mean = 0;
    for (std::size_t k = 0; k < outputs; ++k) mean += g[k] * at_step[k];
    for (std::size_t k = 0; k < outputs; ++k) outcome.gradient.push_back(at_step[k] * (g[k] - mean));
  }
  return outcome;
}

double relative_difference(double actual, double expected) { return std::abs(actual / expected - 1.0); }

// Float: half a step of a potential's difference to the largest (5e-7 from 8 to 16), which its exponential multiplies.
constexpr double kFloat = 1e-6;

}  // namespace

BOOST_AUTO_TEST_SUITE(small_loss)

BOOST_DATA_TEST_CASE(values_keep_their_digits, data::make(kCertain), c) {
  BOOST_TEST(relative_difference(loss_of<double>(c.term, c.label, c.outputs, c.readout).value, c.value) < 1e-14);
  BOOST_TEST(relative_difference(loss_of<float>(c.term, c.label, c.outputs, c.readout).value, c.value) < kFloat);
}

/// Of each class and step: one that is certain of the label, one that is of another, and some in between.
BOOST_AUTO_TEST_CASE(gradients_keep_their_digits) {
  constexpr std::size_t kOutputs = 4, kLabel = 1;
  std::vector<double> y = repeated(16, {0.5, 9.25, -0.75, 1.0});
  RandomStream random(3, RandomPurpose::test);
  for (double& v : y) v += static_cast<double>(static_cast<float>(0.25 * random.normal()));
  y.insert(y.end(), {9.0, 0.25, 0.0, 1.5, 1.0, 2.0, 0.5, 0.0});
  for (double& v : y) v = static_cast<double>(static_cast<float>(v));
  const Outcome<Extended> expected = plain_softmax_sum(kLabel, kOutputs, y);
  BOOST_TEST(expected.value < 1e-5);
  const Outcome<float> single = loss_of<float>(kSum, kLabel, kOutputs, y);
  const Outcome<double> twofold = loss_of<double>(kSum, kLabel, kOutputs, y);
  BOOST_TEST(relative_difference(single.value, expected.value) < kFloat);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const auto wanted = static_cast<double>(expected.gradient[i]);
    BOOST_TEST(relative_difference(static_cast<double>(single.gradient[i]), wanted) < kFloat);
    BOOST_TEST(relative_difference(twofold.gradient[i], wanted) < 1e-10);  // of the expected values
  }
}

BOOST_AUTO_TEST_SUITE_END()
