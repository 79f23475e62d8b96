#include "host/spike_train.hpp"

#include <fmt/format.h>
#include <hetsyn/exceptions.hpp>

namespace hetsyn {
namespace {

void check_ranges(std::span<const std::uint32_t> event_input, std::span<const std::uint32_t> event_step,
                  std::size_t inputs, std::size_t steps) {
  for (std::size_t e = 0; e < event_input.size(); ++e) {
    if (event_input[e] >= inputs || event_step[e] >= steps) {
      throw PluginError(fmt::format("event {} is on channel {} at step {}: expected channels 0 to {} and steps 0 to {}",
                                    e, event_input[e], event_step[e], inputs - 1, steps - 1));
    }
  }
}

}  // namespace

SpikeTrain make_spike_train(std::span<const std::uint32_t> event_input, std::span<const std::uint32_t> event_step,
                            std::size_t inputs, std::size_t steps) {
  check_ranges(event_input, event_step, inputs, steps);
  return sorted_spike_train(event_input, event_step, inputs);
}

}  // namespace hetsyn
