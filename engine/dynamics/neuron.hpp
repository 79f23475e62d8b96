#pragma once
#include <cstddef>
#include <type_traits>

#include "base/hd.hpp"

/// One neuron, one time step, forward and backward. `Real` is float, double or a SIMD vector of floats.
/// Sources: HetSyn (arXiv 2508.11644), Eq. 5–9; adaptation by spikes after Bellec et al. 2018 (LSNN), and by spikes and
/// the membrane potential (adLIF) after Bittar & Garner 2022 and Baronig et al. 2025; see docs/model.md.
///
/// This file alone knows which variables a neuron has: backends allocate, load, store and differentiate a state as a
/// whole, and convert NeuronConstants as a whole. There are two kinds of states, with one overload of each function:
/// NeuronState, and AdlifState where the adaptation needs more variables.
namespace hetsyn {

template <class Real>
struct NeuronConstants {
  Real threshold;            ///< ϑ
  Real reset_decay;          ///< κ = exp(−Δt/τ_J)
  Real adaptation_decay;     ///< ρ_a = exp(−Δt/τ_a)
  Real adaptation;           ///< b, what a spike adds to A
  Real membrane_adaptation;  ///< m, what the potential adds to A, times V; AdlifState only
  Real adaptation_filter;    ///< q = exp(−Δt/τ_q), the decay of Q; AdlifState only

  /// The same constants, each passed through `convert`.
  template <class Convert>
  HETSYN_HD auto map(const Convert& convert) const {
    return NeuronConstants<decltype(convert(threshold))>{convert(threshold),           convert(reset_decay),
                                                         convert(adaptation_decay),    convert(adaptation),
                                                         convert(membrane_adaptation), convert(adaptation_filter)};
  }
};

/// What a neuron keeps between steps besides its spike; 0 before the first step. All members are of type Real.
template <class Real>
struct NeuronState {
  Real reset{};       ///< J[t], reset current
  Real adaptation{};  ///< A[t], adaptation current
};

/// The same, if the potential feeds the adaptation or a filter lies between it and the potential. All members are Real.
template <class Real>
struct AdlifState : NeuronState<Real> {
  Real filtered{};   ///< Q[t], the adaptation current after the filter
  Real potential{};  ///< V[t]
};

template <bool kAdlif, class Real>
using StateOf = std::conditional_t<kAdlif, AdlifState<Real>, NeuronState<Real>>;
/// The number of variables of a state.
template <bool kAdlif>
inline constexpr std::size_t kVariablesOf = sizeof(StateOf<kAdlif, float>) / sizeof(float);
inline constexpr std::size_t kMostVariables = kVariablesOf<true>;

/// Number of these variables that decay, in neurons with such constants.
inline std::size_t used_variables(const NeuronConstants<double>& c) {
  return std::size_t{1} + (c.adaptation_decay != 0.0 ? 1 : 0) + (c.adaptation_filter != 0.0 ? 1 : 0);
}

/// The largest m that is allowed where the adaptation current has the filter q: for 0 ≤ m < (1 + q) (1 + ρ_a) / (1 − q)
/// a silent neuron without input returns to rest, whatever ρ_a in [0, 1) is; see docs/model.md.
inline double largest_membrane_adaptation(double filter) { return (1.0 + filter) / (1.0 - filter); }

/// 1 where V > ϑ (strictly), else 0.
template <class Real>
HETSYN_HD Real heaviside(Real potential, Real threshold) {
  const Real zero{};
  return potential > threshold ? zero + 1 : zero;
}

/// J[t] = κ J[t−1] + ϑ z[t−1];  A[t] = ρ_a A[t−1] + b z[t−1];  returns V[t] = current − J[t] − A[t].
/// `spike` is z[t−1], 0 at the first step.
template <class Real>
HETSYN_HD Real neuron_step(NeuronState<Real>& state, Real spike, Real current, const NeuronConstants<Real>& c) {
  state.reset = c.reset_decay * state.reset + c.threshold * spike;
  state.adaptation = c.adaptation_decay * state.adaptation + c.adaptation * spike;
  return current - state.reset - state.adaptation;
}

/// J[t] as above;  A[t] = ρ_a A[t−1] + b z[t−1] + m V[t−1];  Q[t] = q Q[t−1] + (1 − q) A[t];
/// returns V[t] = current − J[t] − Q[t].
template <class Real>
HETSYN_HD Real neuron_step(AdlifState<Real>& state, Real spike, Real current, const NeuronConstants<Real>& c) {
  state.reset = c.reset_decay * state.reset + c.threshold * spike;
  state.adaptation =
      c.adaptation_decay * state.adaptation + c.adaptation * spike + c.membrane_adaptation * state.potential;
  state.filtered = c.adaptation_filter * state.filtered + (1 - c.adaptation_filter) * state.adaptation;
  state.potential = current - state.reset - state.filtered;
  return state.potential;
}

/// The derivative of the loss with respect to each variable of a state, ν = dL/dJ, α = dL/dA and χ = dL/dQ, and with
/// respect to V through the next step, m α. neuron_step_backward() takes those of step t+1 and leaves those of step t.
template <class Real>
using NeuronAdjoint = NeuronState<Real>;
template <class Real>
using AdlifAdjoint = AdlifState<Real>;

/// D[t] = d_spike + ϑ ν[t+1] + b α[t+1];  g[t] = σ'(V[t]) D[t];  ν[t] = −g + κ ν[t+1];  α[t] = −g + ρ_a α[t+1].
/// `d_spike` is dL/dz[t] from loss, layer above and recurrent projection; `slope` is the surrogate derivative at V[t].
/// The reset path is differentiated. Returns g[t] = dL/dV[t].
template <class Real>
HETSYN_HD Real neuron_step_backward(NeuronAdjoint<Real>& adjoint, Real d_spike, Real slope,
                                    const NeuronConstants<Real>& c) {
  const Real g = slope * (d_spike + c.threshold * adjoint.reset + c.adaptation * adjoint.adaptation);
  adjoint.reset = c.reset_decay * adjoint.reset - g;
  adjoint.adaptation = c.adaptation_decay * adjoint.adaptation - g;
  return g;
}

/// D[t] as above;  g[t] = σ'(V[t]) D[t] + m α[t+1];  ν[t] as above;  χ[t] = −g + q χ[t+1];
/// α[t] = (1 − q) χ[t] + ρ_a α[t+1].
template <class Real>
HETSYN_HD Real neuron_step_backward(AdlifAdjoint<Real>& adjoint, Real d_spike, Real slope,
                                    const NeuronConstants<Real>& c) {
  const Real g =
      slope * (d_spike + c.threshold * adjoint.reset + c.adaptation * adjoint.adaptation) + adjoint.potential;
  adjoint.reset = c.reset_decay * adjoint.reset - g;
  adjoint.filtered = c.adaptation_filter * adjoint.filtered - g;
  adjoint.adaptation = c.adaptation_decay * adjoint.adaptation + (1 - c.adaptation_filter) * adjoint.filtered;
  adjoint.potential = c.membrane_adaptation * adjoint.adaptation;
  return g;
}

/// Sums over time of a neuron's adjoints, backwards, which give the gradients of ρ_a, b and m; 0 after the last step.
/// All members are of type Real.
template <class Real>
struct AdaptationGradient {
  Real decay{};     ///< dL/dρ_a
  Real spike{};     ///< dL/db
  Real membrane{};  ///< dL/dm
  Real later{};     ///< μ[t+1]; see add_adaptation_gradient()
};
inline constexpr std::size_t kAdaptationSums = sizeof(AdaptationGradient<float>) / sizeof(float);

/// Adds what step t gives, from z[t], V[t] and the adjoint of step t+1. A[t] = Σ_{s<t} ρ_a^{t−1−s} (b z[s] + m V[s]) is
/// not stored: with μ[t] = α[t+1] + ρ_a μ[t+1],
///   dL/dρ_a = Σ α[t] A[t−1] = Σ (b z[t] + m V[t]) μ[t+1],   dL/db = Σ α[t+1] z[t],   dL/dm = Σ α[t+1] V[t].
template <class Real>
HETSYN_HD void add_adaptation_gradient(AdaptationGradient<Real>& d, const AdlifAdjoint<Real>& adjoint, Real spike,
                                       Real potential, const NeuronConstants<Real>& c) {
  d.decay += (c.adaptation * spike + c.membrane_adaptation * potential) * d.later;
  d.spike += adjoint.adaptation * spike;
  d.membrane += adjoint.adaptation * potential;
  d.later = c.adaptation_decay * d.later + adjoint.adaptation;
}

}  // namespace hetsyn
