#pragma once
#include <cstdint>

namespace hetsyn::tasks {

/// A spike in discrete time.
struct StepSpike {
  std::uint32_t step = 0;
  std::uint32_t unit = 0;

  auto operator<=>(const StepSpike&) const = default;
};

}  // namespace hetsyn::tasks
