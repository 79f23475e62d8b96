#include "backend/cpu/spike_lists.hpp"

namespace hetsyn::cpu {

std::shared_ptr<const PreparedLists> prepare_lists(DecaySharing sharing, const SpikeTrain& spikes, std::size_t channels,
                                                   std::size_t steps) {
  auto prepared = std::make_shared<PreparedLists>();
  Patterns patterns;
  patterns_from_events(spikes, channels, steps, patterns);
  prepared->lists.build(sharing, patterns.data(), channels, channels, (steps + kBlock - 1) / kBlock);
  prepared->lists.shrink();
  prepared->steps = steps;
  return prepared;
}

}  // namespace hetsyn::cpu
