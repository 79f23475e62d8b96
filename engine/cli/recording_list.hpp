#pragma once
#include <cstddef>
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

/// Recordings that are written to one file.
struct RecordingPart {
  std::string name;                 ///< "train"; empty if there is only one part
  std::vector<std::string> inputs;  ///< files and folders
  std::vector<RecordingFile> files;
};

/// Names that are given in advance, and where.
struct GivenNames {
  std::vector<std::string> names;
  std::string source;     ///< "--classes", for messages
  bool complete = false;  ///< other names are refused; otherwise they get the next numbers
};

/// Recordings to encode, with their classes and speakers, which have the same numbers in all parts.
struct RecordingList {
  std::vector<RecordingPart> parts;
  std::vector<std::string> classes, speakers;
  std::vector<std::string> refused;  ///< one sentence for each file that cannot be used, with its name
  std::size_t repeated = 0;          ///< number of files that were given more than once in a part; each is used once

  [[nodiscard]] std::size_t files() const;
};

/// The names in a comma-separated list, without surrounding blanks. Throws UsageError, which names `option`, for a name
/// that is empty or repeated.
std::vector<std::string> split_names(const std::string& option, const std::string& list);

/// Finds the audio files (.wav, .flac, .sph) among and below the inputs of each part, in the same order on every
/// machine. Classes and speakers are those given, in their order, then those found (numbers by value, then names
/// alphabetically). Throws UsageError if an input does not exist, or a file is in two parts.
RecordingList list_recordings(std::vector<RecordingPart> parts, const LabelPattern& pattern, const GivenNames& classes,
                              const GivenNames& speakers);

}  // namespace hetsyn::cli
