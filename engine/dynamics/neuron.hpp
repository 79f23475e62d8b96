#pragma once
#include <cstddef>

#include "base/hd.hpp"

/// One neuron, one time step, forward and backward. `Real` is float, double or a SIMD vector of floats.
/// Source: HetSyn (arXiv 2508.11644), Eq. 5–9; adaptation after Bellec et al. 2018 (LSNN).
///
/// This file alone knows which variables a neuron has: backends allocate, load, store and differentiate NeuronState as
/// a whole, and convert NeuronConstants as a whole.
namespace hetsyn {

template <class Real>
struct NeuronConstants {
  Real threshold;         ///< ϑ
  Real reset_decay;       ///< κ = exp(−Δt/τ_J)
  Real adaptation_decay;  ///< ρ_a = exp(−Δt/τ_a)
  Real adaptation;        ///< a, strength; 0 switches adaptation off

  /// The same constants, each passed through `convert`.
  template <class Convert>
  HETSYN_HD auto map(const Convert& convert) const {
    return NeuronConstants<decltype(convert(threshold))>{convert(threshold), convert(reset_decay),
                                                         convert(adaptation_decay), convert(adaptation)};
  }
};

/// What a neuron keeps between steps besides its spike; 0 before the first step. All members are of type Real.
template <class Real>
struct NeuronState {
  Real reset{};       ///< J[t], reset current
  Real adaptation{};  ///< A[t], adaptation current
};
inline constexpr std::size_t kNeuronVariables = sizeof(NeuronState<float>) / sizeof(float);

/// Number of these variables that differ from 0 in neurons with such constants.
inline std::size_t used_variables(const NeuronConstants<double>& c) { return c.adaptation_decay != 0.0 ? 2 : 1; }

/// 1 where V > ϑ (strictly), else 0.
template <class Real>
HETSYN_HD Real heaviside(Real potential, Real threshold) {
  const Real zero{};
  return potential > threshold ? zero + 1 : zero;
}

/// J[t] = κ J[t−1] + ϑ z[t−1];  A[t] = ρ_a A[t−1] + a z[t−1];  returns V[t] = current − J[t] − A[t].
/// `spike` is z[t−1], 0 at the first step.
template <class Real>
HETSYN_HD Real neuron_step(NeuronState<Real>& state, Real spike, Real current, const NeuronConstants<Real>& c) {
  state.reset = c.reset_decay * state.reset + c.threshold * spike;
  state.adaptation = c.adaptation_decay * state.adaptation + c.adaptation * spike;
  return current - state.reset - state.adaptation;
}

/// The derivative of the loss with respect to each variable of the state, ν = dL/dJ and α = dL/dA.
/// neuron_step_backward() takes those of step t+1 and leaves those of step t.
template <class Real>
using NeuronAdjoint = NeuronState<Real>;

/// D[t] = d_spike + ϑ ν[t+1] + a α[t+1];  g[t] = σ'(V[t]) D[t];  ν[t] = −g + κ ν[t+1];  α[t] = −g + ρ_a α[t+1].
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

}  // namespace hetsyn
