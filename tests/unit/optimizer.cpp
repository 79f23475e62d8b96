#include "training/optimizer.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <limits>

#include "dynamics/optimizer.hpp"
#include "network/spec.hpp"

namespace data = boost::unit_test::data;
using namespace hetsyn;

namespace {

ParameterLayout small_layout() {
  NetworkSpec spec;
  spec.inputs = 2;
  spec.hidden = {2};
  spec.outputs = 1;
  return parameter_layout(network_layout(spec));
}

/// Twenty steps of a decay r with the loss L = (r − 0.3)², from r = 0.8, by the engine; returns r.
double decay_steps(const OptimizerSettings& settings, double dt_ms) {
  const ParameterLayout layout = small_layout();
  const ParameterGroup* const decays = layout.find(0, Field::r);
  const auto group = static_cast<std::size_t>(decays - layout.groups.data());
  double r = 0.8, m = 0.0, v = 0.0;
  for (std::uint64_t step = 1; step <= 20; ++step) {
    const OptimizerStep constants = optimizer_constants(settings, layout, dt_ms, settings.learning_rate, step, 1.0);
    decay_step(constants.kind, r, m, v, 2.0 * (r - 0.3), constants.groups[group]);
  }
  return r;
}

/// The same for θ itself as an ordinary parameter whose gradient is dL/dθ.
double theta_steps(OptimizerSettings settings, double dt_ms) {
  const DecayMap map{settings.decay_parameter, dt_ms};
  settings.learning_rate *= settings.decay_learning_rate_scale;
  const ParameterLayout layout = small_layout();
  double theta = map.of_decay(0.8), m = 0.0, v = 0.0;
  for (std::uint64_t step = 1; step <= 20; ++step) {
    const double r = map.decay(theta);
    const OptimizerStep constants = optimizer_constants(settings, layout, dt_ms, settings.learning_rate, step, 1.0);
    optimizer_step(constants.kind, theta, m, v, 2.0 * (r - 0.3) * map.slope(r), constants.groups.front());
  }
  return map.decay(theta);
}

/// Twenty steps of one parameter with the gradient g = 2 (p − 1), by the engine.
double engine_steps(const OptimizerSettings& settings) {
  const ParameterLayout layout = small_layout();
  double p = 0.3, m = 0.0, v = 0.0;
  for (std::uint64_t step = 1; step <= 20; ++step) {
    const OptimizerStep constants = optimizer_constants(settings, layout, 1.0, settings.learning_rate, step, 1.0);
    optimizer_step(constants.kind, p, m, v, 2.0 * (p - 1.0), constants.groups.front());
  }
  return p;
}

/// The same, written out from the papers. Adam: Kingma & Ba 2015, Algorithm 1; AdamW: Loshchilov & Hutter 2019,
/// Algorithm 2 with the learning rate inside the decay, as PyTorch has it; momentum: PyTorch's SGD.
double plain_steps(const OptimizerSettings& s) {
  double p = 0.3, m = 0.0, v = 0.0, beta1_power = 1.0, beta2_power = 1.0;
  for (int step = 1; step <= 20; ++step) {
    double g = 2.0 * (p - 1.0);
    if (s.kind != OptimizerKind::adamw) g = g + s.weight_decay * p;
    if (s.kind == OptimizerKind::sgd) {
      m = s.momentum * m + g;
      p = p - s.learning_rate * m;
      continue;
    }
    if (s.kind == OptimizerKind::adamw) p = p - s.learning_rate * s.weight_decay * p;
    beta1_power *= s.beta1;
    beta2_power *= s.beta2;
    m = s.beta1 * m + (1.0 - s.beta1) * g;
    v = s.beta2 * v + (1.0 - s.beta2) * g * g;
    const double m_hat = m / (1.0 - beta1_power);
    const double v_hat = v / (1.0 - beta2_power);
    p = p - s.learning_rate * m_hat / (std::sqrt(v_hat) + s.epsilon);
  }
  return p;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(optimizer)

BOOST_DATA_TEST_CASE(steps_are_those_of_the_papers, data::make({0, 1, 2}), kind) {
  OptimizerSettings settings;
  settings.kind = static_cast<OptimizerKind>(kind);
  settings.learning_rate = 0.05;
  settings.weight_decay = 0.1;
  settings.momentum = 0.9;
  // The same sums in another order: rounding of some hundred operations of size 1.
  BOOST_TEST(std::abs(engine_steps(settings) - plain_steps(settings)) < 1e-13);
  BOOST_TEST(std::abs(engine_steps(settings) - 0.3) > 0.1);  // it went somewhere
}

BOOST_DATA_TEST_CASE(a_decay_moves_as_its_parameter_does, data::make({0, 1, 2}) * data::make({0, 1, 2, 3}), kind,
                     parameter) {
  OptimizerSettings settings;
  settings.kind = static_cast<OptimizerKind>(kind);
  settings.decay_parameter = static_cast<DecayParameter>(parameter);
  settings.learning_rate = 0.01;
  settings.decay_learning_rate_scale = 3.0;
  settings.weight_decay = 0.1;
  settings.momentum = 0.9;
  const double moved = decay_steps(settings, 2.0);
  BOOST_TEST(std::abs(moved - theta_steps(settings, 2.0)) < 1e-12);  // r ↔ θ in each step: rounding of size 1
  BOOST_TEST(moved < 0.8 - 1e-4);
  // Bounds are those of r.
  settings.decay_min = 0.79;
  settings.learning_rate = 1.0;
  BOOST_TEST(decay_steps(settings, 2.0) == 0.79);
}

BOOST_AUTO_TEST_CASE(decays_have_their_own_rate_decay_and_clamp) {
  OptimizerSettings settings;
  settings.decay_learning_rate_scale = 2.0;
  settings.weight_decay = 0.01;
  settings.decay_min = 0.1;
  settings.decay_max = 0.9;
  settings.decay_parameter = DecayParameter::log_tau;
  const ParameterLayout layout = small_layout();
  OptimizerStep step = optimizer_constants(settings, layout, 1.0, 0.003, 5, 0.25);
  BOOST_TEST_REQUIRE(step.groups.size() == layout.groups.size());
  for (std::size_t g = 0; g < layout.groups.size(); ++g) {
    const bool decay = layout.groups[g].is_decay();
    BOOST_TEST(step.groups[g].learning_rate == (decay ? 0.006 : 0.003));
    BOOST_TEST(step.groups[g].weight_decay == 0.01);
    BOOST_TEST(step.groups[g].minimum == (decay ? 0.1 : -std::numeric_limits<double>::infinity()));
    BOOST_TEST(step.groups[g].maximum == (decay ? 0.9 : std::numeric_limits<double>::infinity()));
    BOOST_TEST(step.groups[g].gradient_scale == 0.25);
    BOOST_TEST(step.groups[g].decays.is_identity() == !decay);
  }
  settings.decay_weight_decay = 0.5;
  step = optimizer_constants(settings, layout, 1.0, 0.003, 5, 1.0);
  for (std::size_t g = 0; g < layout.groups.size(); ++g) {
    BOOST_TEST(step.groups[g].weight_decay == (layout.groups[g].is_decay() ? 0.5 : 0.01));
  }
}

BOOST_AUTO_TEST_CASE(a_trained_adaptation_stays_in_its_range) {
  NetworkSpec spec;
  spec.inputs = 2;
  spec.hidden = {3};
  spec.outputs = 2;
  spec.adaptation = spec.adaptation_trained = true;
  spec.tau_adaptation_current_ms = 1.0;
  const ParameterLayout layout = parameter_layout(network_layout(spec));
  OptimizerSettings settings;
  settings.decay_learning_rate_scale = 2.0;
  settings.adaptation_learning_rate_scale = 5.0;
  settings.weight_decay = 0.01;
  settings.decay_weight_decay = 0.02;
  settings.decay_max = 0.9;
  settings.decay_parameter = DecayParameter::tau;
  const OptimizerStep step = optimizer_constants(settings, layout, 1.0, 0.001, 1, 1.0);
  const auto constants = [&](Field field) {
    return step.groups[static_cast<std::size_t>(layout.find(0, field) - layout.groups.data())];
  };
  BOOST_TEST(constants(Field::rho_a).learning_rate == 0.002);
  BOOST_TEST(constants(Field::rho_a).maximum == 0.9);
  BOOST_TEST(!constants(Field::rho_a).decays.is_identity());
  for (const Field field : {Field::b, Field::m}) {
    BOOST_TEST(constants(field).learning_rate == 0.005);
    BOOST_TEST(constants(field).weight_decay == 0.02);
    BOOST_TEST(constants(field).minimum == 0.0);
    BOOST_TEST(constants(field).decays.is_identity());
  }
  BOOST_TEST(constants(Field::b).maximum == std::numeric_limits<double>::infinity());
  BOOST_TEST(constants(Field::m).maximum == (1.0 + std::exp(-1.0)) / (1.0 - std::exp(-1.0)));
}

BOOST_AUTO_TEST_CASE(clipping_keeps_short_gradients) {
  BOOST_TEST(clip_factor(0.5, 1.0) == 1.0);
  BOOST_TEST(clip_factor(0.0, 1.0) == 1.0);
  // PyTorch's 1e-6 in the denominator.
  BOOST_TEST(clip_factor(8.0, 2.0) == 2.0 / (8.0 + 1e-6));
  BOOST_TEST(clip_factor(2.0, 2.0) == 2.0 / (2.0 + 1e-6));
}

BOOST_AUTO_TEST_CASE(clamps_of_decays_must_not_cross) {
  TrainSettings settings;
  BOOST_REQUIRE_NO_THROW(check(settings));
  settings.optimizer.decay_min = 0.5;
  settings.optimizer.decay_max = 0.4;
  BOOST_CHECK_EXCEPTION(check(settings), ConfigError,
                        [](const ConfigError& e) { return e.key() == "train.decay_max"; });
}

BOOST_AUTO_TEST_SUITE_END()
