#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "backend/cpu/kernels.hpp"
#include "state/arrays.hpp"
#include "state/spikes.hpp"

namespace hetsyn::cpu {

/// The number of inputs per chunk: nearly equal for all chunks, at most kChunk.
std::size_t chunk_size(std::size_t channels);
std::size_t chunk_count(std::size_t channels);

/// The spikes of a sample as patterns [blocks][channels]: one byte per block and channel, bit m = step 8·block + m.
using Patterns = std::vector<std::uint8_t>;

/// Throws DataError for a spike outside T steps or a wrong number of channels.
void check_spikes(const SpikeTrain& spikes, std::size_t channels, std::size_t steps);

/// Writes the patterns of an input sample. Throws DataError like check_spikes().
void patterns_from_events(const SpikeTrain& spikes, std::size_t channels, std::size_t steps, Patterns& patterns);

/// Moves every spike to the next step and drops those of the last step: the input of a recurrent projection. `before`
/// has 1 for the channels with a spike at the step before the first; empty: none.
void patterns_delayed(const Patterns& patterns, std::span<const std::uint8_t> before, std::size_t channels,
                      std::size_t blocks, std::size_t steps, Patterns& delayed);

/// The channels by their class (number and place of spikes) in each block. Built once per sample and projection, and
/// used for all strips, forward and backward. Within a class they are in the order of channels, so that sums do not
/// depend on how the lists were built.
class EventLists {
 public:
  /// `stride` is the distance of blocks in `patterns` (at least `channels`). `seen` [channels] is not 0 for those with
  /// a spike before, and is updated; null: there was none. Throws DataError for more entries than 32 bits count.
  void build(const std::uint8_t* patterns, std::size_t channels, std::size_t stride, std::size_t blocks,
             std::uint8_t* seen = nullptr);
  [[nodiscard]] EventListView view() const;
  /// Frees unused capacity, for lists that are cached.
  void shrink();
  [[nodiscard]] std::size_t bytes() const;

  /// The arrays that build() fills; see state/arrays.hpp. Leaves out the patterns of channels with several spikes in a
  /// block, whose number depends on the activity: at most a byte for each byte of index_.
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
