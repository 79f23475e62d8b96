#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "common/hdf5_file.hpp"

namespace hetsyn::tasks {

inline constexpr std::uint32_t kShdUnits = 700;

/// Spikes of consecutive recordings as a file gave them, not checked yet. Times come as numbers, or as patterns of half
/// precision; the other list has no rows.
struct RawSpikes {
  Ragged<float> time_s;
  Ragged<std::uint16_t> half;
  Ragged<std::uint16_t> unit;
};

/// Checked spikes of consecutive recordings. Patterns of half precision, as SHD has them, stay patterns: with the unit
/// a spike takes four bytes.
struct SpikeBlock {
  std::vector<std::uint32_t> offsets{0};  ///< [recordings+1]: spikes of recording i are [offsets[i], offsets[i+1])
  std::vector<std::uint16_t> unit;        ///< [spikes], < 700
  std::vector<std::uint16_t> half;        ///< [spikes] finite; empty where the file has other numbers
  std::vector<float> time_s;              ///< [spikes] finite; empty where the file has half precision
  std::size_t dropped = 0;                ///< spikes left out because their time was not finite
};

/// `half_time_s` [65536] says what each pattern is; empty where the times are numbers. `first` is the number of the
/// first of `count` recordings in its file, for messages. Throws sdk::TaskError naming file and recording: lists of
/// another length than the other, units of 700 and more, and lists that contradict themselves.
SpikeBlock check_spikes(const std::filesystem::path& file, std::size_t first, std::size_t count, RawSpikes&& raw,
                        const std::vector<float>& half_time_s);

}  // namespace hetsyn::tasks
