#pragma once
#include <compare>
#include <cstdint>

namespace hetsyn::tasks {

/// A spike in discrete time.
struct StepSpike {
  std::uint32_t step = 0;
  std::uint32_t unit = 0;

  /// Orders by step, then unit.
  auto operator<=>(const StepSpike&) const = default;  // NOLINT(modernize-use-nullptr): a false alarm
};

}  // namespace hetsyn::tasks
