#pragma once
#include <span>

#include "config/config.hpp"
#include "state/parameters.hpp"

namespace hetsyn {

/// Changes the parameters of a trained network, [layout.size], in place, as config.perturb says; in this order:
///   time constants τ > replace_tau_above_ms become replace_tau_with_ms (r = exp(−Δt/τ));
///   every weight and every decay p becomes p (1 + sd · N(0,1)), decays clamped to [decay_min, decay_max] as in
///   training.
/// Draws depend on the perturbation's seed, the group and the element alone.
void perturb_parameters(std::span<float> parameters, const ParameterLayout& layout, const RunConfig& config);

}  // namespace hetsyn
