#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <variant>
#include <vector>

#include "base/hdf5_reader.hpp"

namespace hetsyn::tasks {

inline constexpr std::uint32_t kShdUnits = 700;

/// How a file stores its times, in the order in which the types below stand.
enum class TimeType : std::uint8_t { half, single_precision, double_precision };

/// Spikes of consecutive recordings as a file gave them, not checked yet. Times of half precision are patterns.
struct RawSpikes {
  std::variant<Ragged<std::uint16_t>, Ragged<float>, Ragged<double>> time;
  Ragged<std::uint16_t> unit;
};

/// Checked spikes of consecutive recordings. Patterns of half precision, as SHD has them, stay patterns: with the unit
/// a spike takes four bytes.
struct SpikeBlock {
  std::vector<std::uint32_t> offsets{0};  ///< [recordings+1]: spikes of recording i are [offsets[i], offsets[i+1])
  std::vector<std::uint16_t> unit;        ///< [spikes], < 700
  /// [spikes] s, finite
  std::variant<std::vector<std::uint16_t>, std::vector<float>, std::vector<double>> time;
  std::size_t dropped = 0;  ///< spikes left out because their time was not finite
};

/// `half_time_s` [65536] says what each pattern is; empty where the times are numbers. `first` is the number of the
/// first of `count` recordings in its file, for messages. Throws sdk::TaskError naming file and recording: lists of
/// another length than the other, units of 700 and more, and lists that contradict themselves.
SpikeBlock check_spikes(const std::filesystem::path& file, std::size_t first, std::size_t count, RawSpikes&& raw,
                        const std::vector<float>& half_time_s);

/// Units of any integer type as 16 bits. Throws sdk::TaskError naming file and recording where one is not 0 to 699,
/// with the number as it stands in the file.
template <class Wide>
Ragged<std::uint16_t> narrowed_units(const std::filesystem::path& file, std::size_t first, Ragged<Wide>&& wide);

}  // namespace hetsyn::tasks
