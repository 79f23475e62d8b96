#include "dynamics/decay.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "dynamics/optimizer.hpp"
#include "dynamics/synapse.hpp"

namespace data = boost::unit_test::data;
using namespace hetsyn;

namespace {

constexpr double kDtMs = 2.0;

std::vector<DecayMap> maps() {
  std::vector<DecayMap> all;
  for (std::size_t i = 0; i < kDecayParameterNames.size(); ++i) all.push_back({static_cast<DecayParameter>(i), kDtMs});
  return all;
}
const auto kMaps = data::xrange(kDecayParameterNames.size());

/// Decays in (0, 1), dense at both ends.
std::vector<double> decays() {
  std::vector<double> all;
  for (double x = 1e-7; x < 0.5; x *= 1.3) {
    all.push_back(x);
    all.push_back(1.0 - x);
  }
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(decay)

BOOST_AUTO_TEST_CASE(parameters_are_what_they_are_called) {
  const double r = decay_factor(20.0, kDtMs);
  const auto theta = [&](DecayParameter parameter) { return DecayMap{parameter, kDtMs}.of_decay(r); };
  const auto close = boost::test_tools::tolerance(1e-14);
  BOOST_TEST(theta(DecayParameter::decay) == r);
  BOOST_TEST(theta(DecayParameter::tau) == 20.0, close);
  BOOST_TEST(theta(DecayParameter::log_tau) == std::log(20.0), close);
  BOOST_TEST(theta(DecayParameter::logit) == std::log(r / (1.0 - r)), close);
}

BOOST_DATA_TEST_CASE(the_slope_is_the_derivative_of_the_decay, kMaps, index) {
  const DecayMap map = maps()[index];
  for (const double r : decays()) {
    const double theta = map.of_decay(r);
    BOOST_TEST(map.decay(theta) == r, boost::test_tools::tolerance(1e-12));
    // Fourth-order central differences. A step of 1e-3 in ln τ or in the logit, the same relative to τ or to what r is
    // away from 0 and 1. Truncation is h⁴/7.5 (ln r)⁴ of the slope at most, 1e-8; rounding 1e-16/h of r.
    const double h = map.parameter == DecayParameter::decay ? 1e-3 * r * (1.0 - r)
                     : map.parameter == DecayParameter::tau ? 1e-3 * theta
                                                            : 1e-3;
    const auto slope_over = [&](double d) { return (map.decay(theta + d) - map.decay(theta - d)) / (2.0 * d); };
    const double slope = (4.0 * slope_over(h) - slope_over(2.0 * h)) / 3.0;
    const double rounding = 1e-15 * r / h;
    BOOST_TEST(std::abs(map.slope(r) - slope) <= 1e-8 * slope + rounding);
  }
}

BOOST_DATA_TEST_CASE(a_step_of_0_changes_no_decay, kMaps, index) {
  const DecayMap map = maps()[index];
  const OptimizerConstants<float> constants{.learning_rate = 0.1F,
                                            .weight_decay = 0.0F,
                                            .gradient_scale = 1.0F,
                                            .beta1 = 0.9F,
                                            .beta2 = 0.99F,
                                            .epsilon = 1e-8F,
                                            .bias_correction1 = 0.1F,
                                            .bias_correction2 = 0.01F,
                                            .minimum = 0.0F,
                                            .maximum = 1.0F,
                                            .decays = map};
  for (const double each : decays()) {
    const auto before = static_cast<float>(each);
    float r = before, m = 0.0F, v = 0.0F;
    decay_step(OptimizerKind::adamw, r, m, v, 0.0F, constants);
    BOOST_TEST(r == before);
  }
}

/// 0 and 1 are ordinary decays, whose θ and gradients are finite, so that they can move again.
BOOST_DATA_TEST_CASE(the_ends_are_finite, kMaps, index) {
  const DecayMap map = maps()[index];
  for (const double r : {0.0, 1.0}) {
    BOOST_TEST(std::isfinite(map.of_decay(r)));
    BOOST_TEST(map.slope(r) > 0.0);
    BOOST_TEST(std::abs(map.decay(map.of_decay(r)) - r) <= 0x1p-24);
  }
  constexpr double kFar = std::numeric_limits<double>::infinity();
  BOOST_TEST((map.is_identity() || (map.decay(-kFar) == 0.0 && map.decay(kFar) == 1.0)));
  BOOST_TEST((map.is_identity() || (map.decay(-1e4) == 0.0 && map.decay(1e300) == 1.0)));
}

BOOST_AUTO_TEST_SUITE_END()
