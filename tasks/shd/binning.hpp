#pragma once
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "shd/spike_block.hpp"

namespace hetsyn::tasks {

/// From a spike's time and unit to (channel, step).
///   floor  step = ⌊t / bin⌋, all 700 units kept in their order
///   paper  step i holds (i − 1)·bin < t ≤ i·bin, step 0 all t ≤ 0; unit 0 is dropped and unit u goes to channel 700 −
///   u
///          (the preprocessing of the published experiments)
/// Spikes before the first or after the last step are lost.
class Binning {
 public:
  enum class Kind : std::uint8_t { floor, paper };
  struct Place {
    std::uint32_t channel, step;
  };

  /// Times are multiplied by `time_scale` first.
  Binning(Kind kind, double bin_ms, double time_scale, std::uint32_t steps)
      : kind_(kind), bins_per_second_(1000.0 * time_scale / bin_ms), steps_(steps) {}

  [[nodiscard]] std::optional<Place> operator()(float time_s, std::uint16_t unit) const {
    const double position = static_cast<double>(time_s) * bins_per_second_;
    if (kind_ == Kind::paper) {
      if (unit == 0) return std::nullopt;
      return place(std::fmax(std::ceil(position), 0.0), kShdUnits - unit);
    }
    return place(std::floor(position), unit);
  }

 private:
  [[nodiscard]] std::optional<Place> place(double step, std::uint32_t channel) const {
    if (!(step >= 0.0 && step < steps_)) return std::nullopt;
    return Place{channel, static_cast<std::uint32_t>(step)};
  }

  Kind kind_;
  double bins_per_second_;
  std::uint32_t steps_;
};

}  // namespace hetsyn::tasks
