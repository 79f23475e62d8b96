#include "backend/cpu/spike_lists.hpp"

namespace hetsyn::cpu {

void SpikeLists::build(DecaySharing sharing, const SpikeTrain& spikes, std::size_t channels, std::size_t steps) {
  if (sharing != DecaySharing::synapse) return order.build(spikes, channels, steps);
  Patterns patterns;
  patterns_from_events(spikes, channels, steps, patterns);
  blocks.build(patterns.data(), channels, channels, (steps + kBlock - 1) / kBlock);
}

std::shared_ptr<const PreparedLists> prepare_lists(DecaySharing sharing, const SpikeTrain& spikes, std::size_t channels,
                                                   std::size_t steps) {
  auto prepared = std::make_shared<PreparedLists>();
  prepared->lists.build(sharing, spikes, channels, steps);
  prepared->lists.shrink();
  prepared->steps = steps;
  return prepared;
}

}  // namespace hetsyn::cpu
