#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "backend/cpu/kernels.hpp"
#include "state/arrays.hpp"
#include "state/spikes.hpp"

namespace hetsyn::cpu {

/// Inputs per chunk: balanced, at most kChunk.
std::size_t chunk_size(std::size_t channels);
std::size_t chunk_count(std::size_t channels);

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

  /// The arrays that build() fills; see state/arrays.hpp. What is left out are the patterns of channels with several
  /// spikes in a block, whose number depends on the activity: at most a byte for each byte of index_.
  template <class Visit>
  void each_array(std::size_t channels, std::size_t blocks, Visit&& visit) {
    visit(offset_, blocks * chunk_count(channels) * kOffsets);
    visit(index_, blocks * channels);
  }

 private:
  std::vector<std::uint8_t> index_;
  std::vector<std::uint8_t> pattern_;
  std::vector<std::uint32_t> offset_;
  std::size_t channels_ = 0, blocks_ = 0, chunks_ = 0, chunk_size_ = 0;
};

}  // namespace hetsyn::cpu
