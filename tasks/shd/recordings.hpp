#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace hetsyn::tasks {

inline constexpr std::uint32_t kShdUnits = 700;

/// One file in the format of the Spiking Heidelberg Digits, as events.
struct Recordings {
  std::filesystem::path file;
  std::vector<std::uint64_t> offsets;  ///< [samples+1]: events of sample i are [offsets[i], offsets[i+1])
  std::vector<float> time_s;           ///< [events], finite
  std::vector<std::uint16_t> unit;     ///< [events], < 700
  std::vector<std::int32_t> label;     ///< [samples], ≥ 0
  std::vector<std::int32_t> speaker;   ///< [samples], or empty where the file does not say
  std::size_t class_names = 0;         ///< length of /extra/keys, 0 without it
  std::size_t dropped = 0;             ///< events left out because their time was not finite

  [[nodiscard]] std::size_t samples() const { return label.size(); }
};

/// Reads a whole file. Throws sdk::TaskError naming file and place: not HDF5, truncated, a dataset missing or of
/// another type, lengths that differ, units ≥ 700, labels that are negative or not among the class names.
Recordings read_recordings(const std::filesystem::path& file);

}  // namespace hetsyn::tasks
