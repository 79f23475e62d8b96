#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <variant>
#include <vector>

#include "base/hdf5_reader.hpp"

namespace hetsyn::tasks {

inline constexpr std::uint32_t kShdUnits = 700;

/// The precision of the times in a file, in the order of the types below.
enum class TimeType : std::uint8_t { half, single_precision, double_precision };

/// Spikes of consecutive recordings as read from a file, before they are checked. Times in half precision are bit
/// patterns.
struct RawSpikes {
  std::variant<Ragged<std::uint16_t>, Ragged<float>, Ragged<double>> time;
  Ragged<std::uint16_t> unit;
};

/// Checked spikes of consecutive recordings. Times in half precision, as in SHD, stay bit patterns, so that a spike
/// takes four bytes including its unit.
struct SpikeBlock {
  std::vector<std::uint32_t> offsets{0};  ///< [recordings+1]: spikes of recording i are [offsets[i], offsets[i+1])
  std::vector<std::uint16_t> unit;        ///< [spikes], < 700
  /// [spikes] s, finite
  std::variant<std::vector<std::uint16_t>, std::vector<float>, std::vector<double>> time;
  std::size_t dropped = 0;  ///< spikes that were dropped because their time was not finite
};

/// `half_time_s` [65536] has the time for each pattern; empty if the times are numbers. `first` is the index of the
/// first of `count` recordings in its file, for messages. Throws sdk::TaskError, which names file and recording: lists
/// of different lengths, units of 700 or more, and inconsistent lists.
SpikeBlock check_spikes(const std::filesystem::path& file, std::size_t first, std::size_t count, RawSpikes&& raw,
                        const std::vector<float>& half_time_s);

/// Converts units of any integer type to 16 bits. Throws sdk::TaskError, which names file and recording and has the
/// number in the file, for a unit outside 0 to 699.
template <class Wide>
Ragged<std::uint16_t> narrowed_units(const std::filesystem::path& file, std::size_t first, Ragged<Wide>&& wide);

}  // namespace hetsyn::tasks
