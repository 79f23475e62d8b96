#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "state/spikes.hpp"

namespace hetsyn {

/// Converts events of a plugin with sorted_spike_train(). Throws PluginError for a channel ≥ inputs or a step ≥ steps.
SpikeTrain make_spike_train(std::span<const std::uint32_t> event_input, std::span<const std::uint32_t> event_step,
                            std::size_t inputs, std::size_t steps);

}  // namespace hetsyn
