#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "backend/cpu/event_lists.hpp"

namespace hetsyn::cpu {

/// The number of set bits of a byte, in operations that compilers vectorise.
inline std::uint8_t set_bits(std::uint8_t byte) {
  const auto pairs = static_cast<std::uint8_t>(byte - ((byte >> 1) & 0x55));
  const auto nibbles = static_cast<std::uint8_t>((pairs & 0x33) + ((pairs >> 2) & 0x33));
  return static_cast<std::uint8_t>((nibbles + (nibbles >> 4)) & 0x0F);
}

/// Adds the spikes of each neuron in patterns [blocks][stride] to its count. Bytes are added up first, over as many
/// blocks as cannot overflow them.
inline void add_spike_counts(const Patterns& patterns, std::size_t stride, std::size_t blocks,
                             std::span<float> counts) {
  constexpr std::size_t kMostBlocks = 255 / kBlock;
  constexpr std::size_t kTile = 64;
  for (std::size_t first = 0; first < counts.size(); first += kTile) {
    const std::size_t size = std::min(kTile, counts.size() - first);
    for (std::size_t begin = 0; begin < blocks; begin += kMostBlocks) {
      std::array<std::uint8_t, kTile> sums{};
      for (std::size_t block = begin; block < std::min(blocks, begin + kMostBlocks); ++block) {
        const std::uint8_t* const row = patterns.data() + block * stride + first;
        for (std::size_t j = 0; j < size; ++j) sums[j] = static_cast<std::uint8_t>(sums[j] + set_bits(row[j]));
      }
      for (std::size_t j = 0; j < size; ++j) counts[first + j] += static_cast<float>(sums[j]);
    }
  }
}

}  // namespace hetsyn::cpu
