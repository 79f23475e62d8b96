#pragma once
#include <memory>

#include "backend/cpu/event_lists.hpp"
#include "backend/cpu/spike_order.hpp"
#include "state/layout.hpp"

namespace hetsyn::cpu {

/// The spikes that a projection receives from a sample, in the form for the kernels of its decays: by block if every
/// synapse has a state that decays between spikes; otherwise by step and by channel.
struct SpikeLists {
  EventLists blocks;
  SpikeOrder order;

  /// patterns: [block_count][stride], of which the first `channels` are used; seen: see EventLists::build().
  void build(DecaySharing sharing, const std::uint8_t* patterns, std::size_t channels, std::size_t stride,
             std::size_t block_count, std::uint8_t* seen = nullptr) {
    if (sharing == DecaySharing::synapse) return blocks.build(patterns, channels, stride, block_count, seen);
    order.build(patterns, channels, stride, block_count);
  }
  /// Of an input sample. Throws DataError like check_spikes().
  void build(DecaySharing sharing, const SpikeTrain& spikes, std::size_t channels, std::size_t steps);
  /// The arrays whose size does not depend on the activity; see state/arrays.hpp.
  template <class Visit>
  void each_array(DecaySharing sharing, std::size_t channels, std::size_t block_count, Visit&& visit) {
    if (sharing == DecaySharing::synapse) return blocks.each_array(channels, block_count, visit);
    order.each_array(channels, block_count, visit);
  }
  /// Frees unused capacity, for lists that are cached.
  void shrink() {
    blocks.shrink();
    order.shrink();
  }
  [[nodiscard]] std::size_t bytes() const { return blocks.bytes() + order.bytes(); }
};

/// The spike lists of an input sample, made by Backend::prepare().
struct PreparedLists final : PreparedInput {
  SpikeLists lists;
  std::size_t steps = 0;
  [[nodiscard]] std::size_t bytes() const override { return sizeof(*this) + lists.bytes(); }
};

/// Throws DataError like check_spikes().
std::shared_ptr<const PreparedLists> prepare_lists(DecaySharing sharing, const SpikeTrain& spikes, std::size_t channels,
                                                   std::size_t steps);

}  // namespace hetsyn::cpu
