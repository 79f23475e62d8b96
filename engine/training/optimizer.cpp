#include "training/optimizer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hetsyn {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

OptimizerConstants<double> common_constants(const OptimizerSettings& settings, std::uint64_t step,
                                            double gradient_scale) {
  const double n = static_cast<double>(step);
  return {.learning_rate = 0.0,
          .weight_decay = 0.0,
          .gradient_scale = gradient_scale,
          .beta1 = is_adaptive(settings.kind) ? settings.beta1 : settings.momentum,
          .beta2 = settings.beta2,
          .epsilon = settings.epsilon,
          .bias_correction1 = 1.0 - std::pow(settings.beta1, n),
          .bias_correction2 = 1.0 - std::pow(settings.beta2, n),
          .minimum = -kInfinity,
          .maximum = kInfinity};
}

}  // namespace

OptimizerStep optimizer_constants(const OptimizerSettings& settings, const ParameterLayout& layout, double dt_ms,
                                  double learning_rate, std::uint64_t step, double gradient_scale) {
  OptimizerConstants<double> weights = common_constants(settings, step, gradient_scale);
  OptimizerConstants<double> decays = weights;
  weights.learning_rate = learning_rate;
  weights.weight_decay = settings.weight_decay;
  decays.learning_rate = learning_rate * settings.decay_learning_rate_scale;
  decays.weight_decay = settings.decay_weight_decay.value_or(settings.weight_decay);
  decays.minimum = settings.decay_min;
  decays.maximum = settings.decay_max;
  decays.decays = {settings.decay_parameter, dt_ms};
  OptimizerConstants<double> strengths = weights;
  strengths.learning_rate = learning_rate * settings.adaptation_learning_rate_scale;
  strengths.weight_decay = decays.weight_decay;
  OptimizerStep result;
  result.kind = settings.kind;
  for (const ParameterGroup& group : layout.groups) {
    strengths.minimum = group.range.lowest;
    strengths.maximum = group.range.highest;
    result.groups.push_back(group.is_decay() ? decays : group.is_adaptation_strength() ? strengths : weights);
  }
  return result;
}

double clip_factor(double norm, double largest) { return std::min(1.0, largest / (norm + 1e-6)); }

}  // namespace hetsyn
