#pragma once
#include <cstdint>

#include "training/settings.hpp"

namespace hetsyn {

/// Factor on the learning rate in optimizer step `step` = 0, 1, … With n the finished units (steps, or whole epochs):
///   constant  1
///   step      factor^⌊n / every⌋
///   cosine    span S units, warm-up W = warmup · S; with m = min(n, (1 − plateau) S):
///             m < W   min(1, (m + 1) / W)                     linear
///             else    (1 + cos(π (m − W) / (S − W))) / 2      to 0 at the end of the span
///             After the span's (1 − plateau) point, and after the span, the rate stays where it is.
/// The warm-up is one unit ahead of schedules with m / W, as in transformers' get_cosine_schedule_with_warmup: there
/// the first step, or with epochs as units the whole first epoch, trains nothing.
double learning_rate_factor(const ScheduleSettings& schedule, std::uint64_t step, std::uint64_t steps_per_epoch,
                            std::uint64_t total_steps);

}  // namespace hetsyn
