#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/label_pattern.hpp"

namespace hetsyn::cli {

struct RecordingFile {
  std::filesystem::path path;
  std::uint16_t label = 0, speaker = 0;  ///< indices into the names of the list
};

/// Recordings to encode, with their classes and speakers.
struct RecordingList {
  std::vector<RecordingFile> files;
  std::vector<std::string> classes, speakers;
  std::vector<std::string> refused;  ///< one sentence for each file that cannot be taken, naming it
};

/// Finds the audio files (.wav, .flac, .sph) among and below `inputs`, in an order that is the same on every machine.
/// Classes and speakers are those given (separated by commas, in this order), otherwise those found, numbers by value
/// and names by alphabet. Throws UsageError where an input does not exist.
RecordingList list_recordings(const std::vector<std::string>& inputs, const LabelPattern& pattern,
                              const std::optional<std::string>& classes, const std::optional<std::string>& speakers);

}  // namespace hetsyn::cli
