#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "state/spikes.hpp"

namespace hetsyn::cuda {

/// A sample's spikes in the form for kernels, [W][N] words of 32 steps; made by the loader.
struct PackedSpikes final : PreparedInput {
  std::vector<std::uint32_t> words;
  std::size_t steps = 0;

  [[nodiscard]] std::size_t bytes() const override { return words.size() * sizeof(std::uint32_t); }
};

/// The number of words of a sample.
std::size_t packed_size(std::size_t steps, std::size_t inputs);
/// Writes `words` [packed_size]. check_sample() must have accepted the train.
void pack_spikes(const SpikeTrain& spikes, std::span<std::uint32_t> words);
/// Converts [B][W][N] words to floats [B][T][N].
void unpack_spikes(std::span<const std::uint32_t> words, std::size_t steps, std::size_t neurons,
                   std::span<float> spikes);

}  // namespace hetsyn::cuda
