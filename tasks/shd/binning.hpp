#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "shd/spike_block.hpp"

namespace hetsyn::tasks {

/// The half-precision number nearest to x; of two equally near ones the even one, as IEEE 754 and NumPy round.
inline double round_to_half(double x) {
  constexpr double kOverflow = 65520.0;                    // halfway between the largest number and the next
  constexpr int kLeastExponent = -14, kFractionBits = 10;  // smaller numbers are subnormal
  if (!(std::abs(x) < kOverflow)) return std::copysign(std::numeric_limits<double>::infinity(), x);
  const int exponent = x == 0.0 ? kLeastExponent : std::max(std::ilogb(x), kLeastExponent);
  const double unit = std::ldexp(1.0, exponent - kFractionBits);
  return std::nearbyint(x / unit) * unit;
}

/// From a spike's time and unit to (channel, step).
///   floor  step = ⌊t / bin⌋, all 700 units kept in their order
///   paper  step i holds (i − 1)·bin < t ≤ i·bin, step 0 all t ≤ 0; unit 0 is dropped and unit u goes to channel 700 −
///   u
///          (the preprocessing of the published experiments)
/// Spikes before the first or after the last step are lost.
///
/// A multiple of the bin belongs to its own step although single and double precision can only store a number near it:
/// t may be wrong by 2⁻²² t and 2⁻⁵⁰ t, which is four and eight times the rounding error. Half precision is taken as it
/// is, since its rounding error is a good part of a bin. With `paper`, times in half precision are compared with bounds
/// that are rounded to half precision too: NumPy does so in the published `times <= i * dt`.
class Binning {
 public:
  enum class Kind : std::uint8_t { floor, paper };
  struct Place {
    std::uint32_t channel, step;
  };

  /// Times are multiplied by `time_scale` first.
  Binning(Kind kind, TimeType type, double bin_ms, double time_scale, std::uint32_t steps)
      : kind_(kind),
        type_(type),
        bin_s_(bin_ms / 1000.0),
        time_scale_(time_scale),
        bins_per_second_(1000.0 * time_scale / bin_ms),
        tolerance_(type == TimeType::half               ? 0.0
                   : type == TimeType::single_precision ? 0x1p-22
                                                        : 0x1p-50),
        steps_(steps) {}

  [[nodiscard]] std::optional<Place> operator()(double time_s, std::uint16_t unit) const {
    const std::optional<std::uint32_t> at = step(time_s);
    const std::optional<std::uint32_t> to = channel(unit);
    if (!at || !to) return std::nullopt;
    return Place{*to, *at};
  }

  [[nodiscard]] std::optional<std::uint32_t> step(double time_s) const {
    const double position = time_s * bins_per_second_;
    if (kind_ == Kind::floor) return within(std::floor(position * (1.0 + tolerance_)));
    if (type_ == TimeType::half) return within(half_precision_step(time_s));
    return within(std::fmax(std::ceil(position * (1.0 - tolerance_)), 0.0));
  }

  [[nodiscard]] std::optional<std::uint32_t> channel(std::uint16_t unit) const {
    if (kind_ == Kind::floor) return unit;
    if (unit == 0) return std::nullopt;
    return kShdUnits - unit;
  }

 private:
  [[nodiscard]] std::optional<std::uint32_t> within(double step) const {
    if (!(step >= 0.0 && step < steps_)) return std::nullopt;
    return static_cast<std::uint32_t>(step);
  }

  /// The first i with t ≤ i·bin, computed in half precision; `steps_` if there is none before.
  [[nodiscard]] double half_precision_step(double time_s) const {
    const double time = round_to_half(time_s * time_scale_);
    const auto ends_at = [&](double step) { return round_to_half(step * bin_s_); };
    double step = std::clamp(std::ceil(time / bin_s_), 0.0, static_cast<double>(steps_));
    while (step > 0.0 && time <= ends_at(step - 1.0)) --step;
    while (step < steps_ && time > ends_at(step)) ++step;
    return step;
  }

  Kind kind_;
  TimeType type_;
  double bin_s_, time_scale_, bins_per_second_, tolerance_;
  std::uint32_t steps_;
};

}  // namespace hetsyn::tasks
