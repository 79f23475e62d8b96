#pragma once
#include <cstdint>

#include "backend/backend.hpp"
#include "training/settings.hpp"

namespace hetsyn {

/// The constants of optimizer step number `step` = 1, 2, … for each parameter group: decays have their own learning
/// rate, weight decay and clamp. `learning_rate` is that of the weights after the schedule.
OptimizerStep optimizer_constants(const OptimizerSettings& settings, const ParameterLayout& layout,
                                  double learning_rate, std::uint64_t step, double gradient_scale);

/// Factor that brings a gradient of this norm down to `largest`, as in PyTorch's clip_grad_norm_:
/// min(1, largest / (norm + 1e-6)). So a gradient within 1e-6 below `largest` is scaled too, by as little.
double clip_factor(double norm, double largest);

}  // namespace hetsyn
