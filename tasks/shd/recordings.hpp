#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "shd/spike_block.hpp"

namespace hetsyn::tasks {

/// One file in the format of the Spiking Heidelberg Digits, as events. Memory: four bytes a spike for times of half
/// precision, six for others, in blocks, so that no list is ever grown or copied.
struct Recordings {
  static constexpr std::size_t kBlock = 256;

  std::filesystem::path file;
  std::vector<SpikeBlock> blocks;     ///< of kBlock recordings each; the last one may have fewer
  std::vector<float> half_time_s;     ///< [65536] the time that a pattern of half precision is; or empty
  std::vector<std::int32_t> label;    ///< [samples], ≥ 0
  std::vector<std::int32_t> speaker;  ///< [samples], or empty where the file does not say
  std::size_t class_names = 0;        ///< length of /extra/keys, 0 without it

  [[nodiscard]] std::size_t samples() const { return label.size(); }
  /// Spikes left out because their time was not finite.
  [[nodiscard]] std::size_t dropped() const {
    std::size_t sum = 0;
    for (const SpikeBlock& block : blocks) sum += block.dropped;
    return sum;
  }
  /// Calls use(time_s, unit) for each spike of a recording.
  template <class Use>
  void each_spike(std::size_t sample, Use use) const {
    const SpikeBlock& block = blocks[sample / kBlock];
    const std::size_t row = sample % kBlock;
    for (std::uint32_t e = block.offsets[row]; e < block.offsets[row + 1]; ++e) {
      use(half_time_s.empty() ? block.time_s[e] : half_time_s[block.half[e]], block.unit[e]);
    }
  }
};

/// Reads a whole file. Throws sdk::TaskError naming file and place: not HDF5, truncated, a dataset missing or of
/// another type, absurd sizes, lengths that differ, units ≥ 700, labels that are negative or not among the class names.
Recordings read_recordings(const std::filesystem::path& file);

}  // namespace hetsyn::tasks
