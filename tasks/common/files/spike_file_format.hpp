#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/hdf5_reader.hpp"
#include "common/files/isolated.hpp"

/// The HDF5 format of the Spiking Heidelberg Digits: where things are, and what the numbers in it are called.
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

/// As many classes or speakers as 16 bits can tell apart; more are a damaged header.
inline constexpr std::size_t kMostNames = std::size_t{1} << 16;

/// What a file says its numbers stand for.
struct SpikeFileNames {
  std::size_t class_count = 0;        ///< length of /extra/keys; 0 without it
  std::vector<std::string> classes;   ///< /extra/keys; empty where they are no texts, or not all different
  std::vector<std::string> speakers;  ///< /extra/meta_info/name; empty likewise
  std::string encoder;                ///< how the spikes were made; empty where the file does not say

  void send(Channel& channel) const;
  static SpikeFileNames receive(Channel& channel);
};

/// Throws sdk::TaskError where there are more names than kMostNames.
SpikeFileNames read_spike_file_names(const Hdf5Reader& hdf5, const std::filesystem::path& file);

/// The same in a process of its own, see read_isolated(), where `kNamesReader` reads.
SpikeFileNames read_spike_file_names(const std::filesystem::path& file);
void send_spike_file_names(Channel& channel, const std::filesystem::path& file);
inline constexpr Reader kNamesReader{"names", send_spike_file_names};

/// An encoder's description without its seed: what two files that are used together must have in common.
std::string encoder_settings(const std::string& encoder);

}  // namespace hetsyn::tasks
