#pragma once
#include <cstdint>

#include "backend/backend.hpp"
#include "training/settings.hpp"

namespace hetsyn {

/// The constants of optimizer step `step` = 1, 2, … for each parameter group. Decays have their own learning rate,
/// weight decay and clamp, and the θ of `settings` is trained in their place. `learning_rate` is that of the weights
/// after the schedule.
OptimizerStep optimizer_constants(const OptimizerSettings& settings, const ParameterLayout& layout, double dt_ms,
                                  double learning_rate, std::uint64_t step, double gradient_scale);

/// The factor that scales a gradient of this norm to `largest`, as in PyTorch's clip_grad_norm_: min(1, largest / (norm
/// + 1e-6)). So a gradient whose norm is within 1e-6 below `largest` is scaled a little too.
double clip_factor(double norm, double largest);

}  // namespace hetsyn
