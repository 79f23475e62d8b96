#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/digest.hpp"
#include "common/files/isolated.hpp"
#include "common/files/spike_file_format.hpp"
#include "shd/spike_block.hpp"

namespace hetsyn::tasks {

/// A file in the format of the Spiking Heidelberg Digits, as events. A spike, including its unit, takes four bytes with
/// times in half precision, six in single and ten in double precision. Spikes are stored in blocks, so that no list is
/// ever enlarged or copied.
struct Recordings {
  static constexpr std::size_t kBlock = 256;

  std::filesystem::path file;
  TimeType time_type = TimeType::half;
  std::vector<SpikeBlock> blocks;     ///< kBlock recordings each; the last one may have fewer
  std::vector<float> half_time_s;     ///< [65536] the time for each half-precision pattern; or empty
  std::vector<std::int32_t> label;    ///< [samples], ≥ 0
  std::vector<std::int32_t> speaker;  ///< [samples], −1: unknown; or empty if the file has no speakers
  SpikeFileNames names;
  Digest digest{};  ///< of everything that was read

  [[nodiscard]] std::size_t samples() const { return label.size(); }
  [[nodiscard]] std::uint64_t spikes() const {
    std::uint64_t sum = 0;
    for (const SpikeBlock& block : blocks) sum += block.unit.size();
    return sum;
  }
  /// The number of spikes that were dropped because their time was not finite.
  [[nodiscard]] std::uint64_t dropped() const {
    std::uint64_t sum = 0;
    for (const SpikeBlock& block : blocks) sum += block.dropped;
    return sum;
  }
  /// Calls use(time_s, unit) for each spike of a recording.
  template <class Use>
  void each_spike(std::size_t sample, const Use& use) const {
    const SpikeBlock& block = blocks[sample / kBlock];
    const std::size_t row = sample % kBlock;
    std::visit(
        [&](const auto& times) {
          for (std::uint32_t e = block.offsets[row]; e < block.offsets[row + 1]; ++e) {
            use(seconds(times[e]), block.unit[e]);
          }
        },
        block.time);
  }
  /// The precision of a stored time.
  template <class T>
  [[nodiscard]] double seconds(T time) const {
    if constexpr (std::is_same_v<T, std::uint16_t>) {
      return half_time_s[time];
    } else {
      return time;
    }
  }
};

/// Reads a whole file. Throws sdk::TaskError, which names file and place: not HDF5, truncated, a dataset missing or of
/// the wrong type, impossible sizes, lengths that differ; and with the value in the file: units outside 0 to 699,
/// labels that are negative, above 65535 or not among the class names, speakers below −1 or not among the names.
Recordings read_recordings(const std::filesystem::path& file);

/// Reads the file in a separate process and sends it.
void send_recordings(Channel& channel, const std::filesystem::path& file);
inline constexpr Reader kRecordingsReader{"recordings", send_recordings};

}  // namespace hetsyn::tasks
