#pragma once
#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "base/hd.hpp"
#include "dynamics/decay.hpp"

/// One optimizer step of one parameter. The conventions (bias correction, ε outside the root, order of decay and
/// update) are those of PyTorch, so that runs can be compared.
namespace hetsyn {

enum class OptimizerKind : std::uint8_t { sgd, adam, adamw };
inline constexpr std::array<std::string_view, 3> kOptimizerNames{"sgd", "adam", "adamw"};

/// Whether a kind has the second moment v, with β1, β2 and ε; others have a momentum.
constexpr bool is_adaptive(OptimizerKind kind) { return kind != OptimizerKind::sgd; }

/// Calls act(kind) with the kind as a type, so that loops over parameters are compiled for each kind.
template <class Act>
void with_constant(OptimizerKind kind, const Act& act) {
  using enum OptimizerKind;
  switch (kind) {
    case sgd: return act(std::integral_constant<OptimizerKind, sgd>());
    case adam: return act(std::integral_constant<OptimizerKind, adam>());
    case adamw: return act(std::integral_constant<OptimizerKind, adamw>());
  }
}

/// Constants of one step for one parameter group. `Real` is float or double.
template <class Real>
struct OptimizerConstants {
  Real learning_rate;
  Real weight_decay;
  Real gradient_scale;  ///< 1, or the factor of global-norm clipping
  Real beta1;           ///< adam; momentum for sgd
  Real beta2;
  Real epsilon;
  Real bias_correction1;  ///< 1 − β1^n at step n = 1, 2, …
  Real bias_correction2;  ///< 1 − β2^n
  Real minimum;           ///< clamp of the parameter (of r, not of θ) after the step
  Real maximum;
  DecayMap decays = {};  ///< what is trained in place of these parameters, if they are decays
};

template <class Real>
OptimizerConstants<Real> convert(const OptimizerConstants<double>& c) {
  const auto real = [](double value) { return static_cast<Real>(value); };
  return {real(c.learning_rate),
          real(c.weight_decay),
          real(c.gradient_scale),
          real(c.beta1),
          real(c.beta2),
          real(c.epsilon),
          real(c.bias_correction1),
          real(c.bias_correction2),
          real(c.minimum),
          real(c.maximum),
          c.decays};
}

/// Not std::sqrt: its inline wrapper is not forced inline, see HETSYN_HD.
HETSYN_HD float square_root(float x) { return __builtin_sqrtf(x); }
HETSYN_HD double square_root(double x) { return __builtin_sqrt(x); }

/// Updates one parameter and its moments m, v in place, without the clamp. `Parameter` is Real or more precise.
///   sgd    m ← β1 m + g;  p ← p − η m                       g includes weight_decay · p
///   adam   m ← β1 m + (1−β1) g;  v ← β2 v + (1−β2) g²;  p ← p − η m̂ / (√v̂ + ε)     g includes weight_decay · p
///   adamw  p ← p (1 − η · weight_decay) first, then as adam without it (Loshchilov & Hutter 2019)
template <class Parameter, class Real>
HETSYN_HD void unclamped_step(OptimizerKind kind, Parameter& parameter, Real& m, Real& v, Real gradient,
                              const OptimizerConstants<Real>& c) {
  gradient *= c.gradient_scale;
  if (kind == OptimizerKind::adamw) {
    parameter *= 1 - c.learning_rate * c.weight_decay;
  } else {
    gradient += static_cast<Real>(c.weight_decay * parameter);
  }
  if (kind == OptimizerKind::sgd) {
    m = c.beta1 * m + gradient;
    parameter -= c.learning_rate * m;
  } else {
    m = c.beta1 * m + (1 - c.beta1) * gradient;
    v = c.beta2 * v + (1 - c.beta2) * gradient * gradient;
    parameter -= c.learning_rate / c.bias_correction1 * m / (square_root(v / c.bias_correction2) + c.epsilon);
  }
}

template <class Real>
HETSYN_HD Real clamped(Real parameter, const OptimizerConstants<Real>& c) {
  return parameter < c.minimum ? c.minimum : parameter > c.maximum ? c.maximum : parameter;
}

/// Updates one parameter, which is itself trained, and its moments.
template <class Real>
HETSYN_HD void optimizer_step(OptimizerKind kind, Real& parameter, Real& m, Real& v, Real gradient,
                              const OptimizerConstants<Real>& c) {
  unclamped_step(kind, parameter, m, v, gradient, c);
  parameter = clamped(parameter, c);
}

/// Updates one decay r through its θ (see DecayMap), to which moments and weight decay belong. `gradient` is dL/dr.
template <class Real>
HETSYN_HD void decay_step(OptimizerKind kind, Real& r, Real& m, Real& v, Real gradient,
                          const OptimizerConstants<Real>& c) {
  double theta = c.decays.of_decay(static_cast<double>(r));
  unclamped_step(kind, theta, m, v, gradient * static_cast<Real>(c.decays.slope(static_cast<double>(r))), c);
  r = clamped(static_cast<Real>(c.decays.decay(theta)), c);
}

}  // namespace hetsyn
