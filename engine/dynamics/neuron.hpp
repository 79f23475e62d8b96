#pragma once
#include "base/hd.hpp"

/// One neuron, one time step, forward and backward. `Real` is float, double or a SIMD vector of floats.
/// Source: HetSyn (arXiv 2508.11644), Eq. 5–9; adaptation after Bellec et al. 2018 (LSNN).
namespace hetsyn {

template <class Real>
struct NeuronConstants {
  Real threshold;         ///< ϑ
  Real reset_decay;       ///< κ = exp(−Δt/τ_J)
  Real adaptation_decay;  ///< ρ_a = exp(−Δt/τ_a)
  Real adaptation;        ///< a, strength; 0 switches adaptation off
};

template <class Real>
struct NeuronState {
  Real reset{};       ///< J[t], reset current
  Real adaptation{};  ///< A[t], adaptation current
  Real spike{};       ///< z[t]
};

/// 1 where V > ϑ (strictly), else 0.
template <class Real>
HETSYN_HD Real heaviside(Real potential, Real threshold) {
  const Real zero{};
  return potential > threshold ? zero + 1 : zero;
}

/// J[t] = κ J[t−1] + ϑ z[t−1];  A[t] = ρ_a A[t−1] + a z[t−1];  returns V[t] = current − J[t] − A[t].
/// The caller sets `state.spike` to z[t] afterwards (heaviside, or its smooth stand-in in tests).
template <class Real>
HETSYN_HD Real neuron_step(NeuronState<Real>& state, Real current, const NeuronConstants<Real>& c) {
  state.reset = c.reset_decay * state.reset + c.threshold * state.spike;
  state.adaptation = c.adaptation_decay * state.adaptation + c.adaptation * state.spike;
  return current - state.reset - state.adaptation;
}

/// Neuron adjoints, run backwards in time: ν = dL/dJ, α = dL/dA.
template <class Real>
struct NeuronAdjoint {
  Real reset{};       ///< ν[t+1] on entry, ν[t] on return
  Real adaptation{};  ///< α[t+1] on entry, α[t] on return
};

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
