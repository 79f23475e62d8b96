#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "backend/cpu/kernels.hpp"
#include "state/spikes.hpp"

namespace hetsyn::cpu {

/// The spikes of a sample in two orders, for populations whose synapses share a decay: by step (forward pass: which
/// weights are added) and by channel in each span (gradients: at which steps λ is summed).
class SpikeOrder {
 public:
  /// patterns: [blocks][stride], of which the first `channels` are used.
  void build(const std::uint8_t* patterns, std::size_t channels, std::size_t stride, std::size_t blocks);
  /// Of an input sample. Throws DataError like check_spikes().
  void build(const SpikeTrain& spikes, std::size_t channels, std::size_t steps);
  [[nodiscard]] SpikeOrderView view() const;
  /// Frees unused capacity, for lists that are cached.
  void shrink();
  [[nodiscard]] std::size_t bytes() const;

  /// The arrays whose size does not depend on the number of spikes; see state/arrays.hpp. Each spike needs eight more
  /// bytes.
  template <class Visit>
  void each_array(std::size_t channels, std::size_t blocks, Visit&& visit) {
    visit(step_offset_, blocks * kBlock + 1);
    visit(channel_offset_, span_count(blocks) * channels + 1);
  }

 private:
  template <class ForSpikes>
  void sort(std::size_t channels, std::size_t blocks, const ForSpikes& for_spikes);

  std::vector<std::uint32_t> step_offset_, channel_;  ///< [8·blocks + 1], channels ascending within a step
  /// [spans][channels] and the end; steps within the span, ascending within a channel.
  std::vector<std::uint32_t> channel_offset_, step_;
  std::size_t channels_ = 0;
};

}  // namespace hetsyn::cpu
