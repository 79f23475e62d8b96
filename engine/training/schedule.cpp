#include "training/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hetsyn {
namespace {

double cosine_factor(double n, double span, double warmup_fraction, double plateau) {
  const double warmup = warmup_fraction * span;
  const double m = std::min(n, (1.0 - plateau) * span);
  if (m < warmup) return std::min(1.0, (m + 1.0) / warmup);
  return 0.5 * (1.0 + std::cos(std::numbers::pi * (m - warmup) / (span - warmup)));
}

}  // namespace

double learning_rate_factor(const ScheduleSettings& schedule, std::uint64_t step, std::uint64_t steps_per_epoch,
                            std::uint64_t total_steps) {
  const std::uint64_t unit = schedule.unit == ScheduleUnit::step ? 1 : steps_per_epoch;  // steps per unit
  const std::uint64_t n = step / unit;
  switch (schedule.kind) {
    case ScheduleKind::constant: return 1.0;
    case ScheduleKind::step: {
      const std::uint64_t times = n / schedule.every;
      return std::pow(schedule.factor, static_cast<double>(times));
    }
    case ScheduleKind::cosine: {
      const double span_steps = schedule.epochs > 0.0 ? schedule.epochs * static_cast<double>(steps_per_epoch)
                                                      : static_cast<double>(total_steps);
      return cosine_factor(static_cast<double>(n), span_steps / static_cast<double>(unit), schedule.warmup,
                           schedule.plateau);
    }
  }
  return 1.0;
}

}  // namespace hetsyn
