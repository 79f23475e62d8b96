#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "backend/cpu/kernels.hpp"
#include "state/spikes.hpp"

namespace hetsyn::cpu {

/// Spikes of a sample as patterns [blocks][channels]: one byte per block and channel, bit m = step 8·block + m.
using Patterns = std::vector<std::uint8_t>;

/// Writes the patterns of an input sample. Throws DataError for an event outside T steps or a wrong number of channels.
void patterns_from_events(const SpikeTrain& spikes, std::size_t channels, std::size_t steps, Patterns& patterns);

/// Moves every spike to the next step; the last one falls out. What a recurrent projection receives.
void patterns_delayed(const Patterns& patterns, std::size_t channels, std::size_t blocks, std::size_t steps,
                      Patterns& delayed);

/// Channels sorted by what they do in each block; built once per sample and projection, used by all strips, forward and
/// backward. Order within a class is by channel, so sums do not depend on how lists were built.
class EventLists {
 public:
  /// `stride` is the distance of blocks in `patterns` (at least `channels`).
  void build(const std::uint8_t* patterns, std::size_t channels, std::size_t stride, std::size_t blocks);
  [[nodiscard]] EventListView view() const;
  /// Gives back memory beyond the lists themselves, for lists that are kept.
  void shrink();
  [[nodiscard]] std::size_t bytes() const;

 private:
  std::vector<std::uint8_t> index_;
  std::vector<std::uint8_t> pattern_;
  std::vector<std::uint32_t> offset_;
  std::size_t channels_ = 0, blocks_ = 0, chunks_ = 0, chunk_size_ = 0;
};

/// Event lists of an input sample, made ahead of the forward pass.
struct PreparedLists final : PreparedInput {
  EventLists lists;
  std::size_t steps = 0;
  [[nodiscard]] std::size_t bytes() const override { return sizeof(*this) + lists.bytes(); }
};

/// Inputs per chunk: balanced, at most kChunk.
std::size_t chunk_size(std::size_t channels);

}  // namespace hetsyn::cpu
