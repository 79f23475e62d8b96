#pragma once
#include <cmath>
#include <limits>

#include "base/hd.hpp"

/// One synapse, one time step, forward and backward. `Real` is float, double or a SIMD vector of floats.
/// Source: Deng et al., "HetSyn", NeurIPS 2025 (arXiv 2508.11644), Eq. 5–8.
namespace hetsyn {

/// The decay factor per step of a time constant, exp(−Δt/τ) (Eq. 8, 9).
inline double decay_factor(double tau_ms, double dt_ms) { return std::exp(-dt_ms / tau_ms); }

/// The time constant of a decay factor in [0, 1], −Δt / ln r in ms; 0 for r = 0 and ∞ for r = 1.
inline double time_constant_ms(double decay, double dt_ms) {
  return decay < 1.0 ? -dt_ms / std::log(decay) : std::numeric_limits<double>::infinity();
}

/// Synaptic current: I[t] = r I[t−1] + w x[t].
template <class Real>
HETSYN_HD Real synapse_step(Real current, Real decay, Real drive) {
  return decay * current + drive;
}

/// The adjoint pair, run backwards in time. λ = dL/dI and μ, its running sum against the decay:
///   μ[t] = λ[t+1] + r μ[t+1],   λ[t] = g[t] + r λ[t+1],   g = dL/dV.
/// Then dL/dw = Σ λ[t] x[t] and dL/dr = Σ λ[t] I[t−1] = w Σ μ[t] x[t] (swap the sums over time): both gradients are
/// sums at spike times, and I is never stored.
template <class Real>
HETSYN_HD void synapse_step_backward(Real& lambda, Real& mu, Real decay, Real g) {
  mu = decay * mu + lambda;
  lambda = decay * lambda + g;
}

}  // namespace hetsyn
