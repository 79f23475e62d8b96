#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/hdf5_reader.hpp"
#include "common/files/isolated.hpp"

/// The HDF5 format of the Spiking Heidelberg Digits: paths of the datasets, and the names of the numbers in them.
namespace hetsyn::tasks {

namespace spike_file {
inline constexpr const char* kTimes = "/spikes/times";
inline constexpr const char* kUnits = "/spikes/units";
inline constexpr const char* kLabels = "/labels";
inline constexpr const char* kSpeaker = "/extra/speaker";
inline constexpr const char* kKeys = "/extra/keys";
inline constexpr const char* kSpeakerNames = "/extra/meta_info/name";
inline constexpr const char* kEncoder = "encoder";  ///< attribute of the file
}  // namespace spike_file

/// The largest number of classes or speakers, which are stored with 16 bits; with more, the header is damaged.
inline constexpr std::size_t kMostNames = std::size_t{1} << 16;

/// The names of the classes and speakers in a file.
struct SpikeFileNames {
  std::size_t class_count = 0;        ///< length of /extra/keys; 0 without it
  std::vector<std::string> classes;   ///< /extra/keys; empty if they are not texts, or not all different
  std::vector<std::string> speakers;  ///< /extra/meta_info/name; empty likewise
  std::string encoder;                ///< how the spikes were made; empty if the file does not say

  void send(Channel& channel) const;
  static SpikeFileNames receive(Channel& channel);
};

/// Throws sdk::TaskError for more names than kMostNames.
SpikeFileNames read_spike_file_names(const Hdf5Reader& hdf5, const std::filesystem::path& file);

/// Reads the names in a separate process (see read_isolated()) with the reader `kNamesReader`.
SpikeFileNames read_spike_file_names(const std::filesystem::path& file);
void send_spike_file_names(Channel& channel, const std::filesystem::path& file);
inline constexpr Reader kNamesReader{"names", send_spike_file_names};

/// An encoder's description without its seed: it must be the same in all files of a corpus.
std::string encoder_settings(const std::string& encoder);

}  // namespace hetsyn::tasks
