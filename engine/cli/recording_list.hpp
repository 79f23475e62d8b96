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

/// Recordings that go into one file.
struct RecordingPart {
  std::string name;                 ///< "train"; empty where there is only one
  std::vector<std::string> inputs;  ///< files and folders
  std::vector<RecordingFile> files;
};

/// Names that are given beforehand, and where.
struct GivenNames {
  std::vector<std::string> names;
  std::string source;     ///< "--classes", for messages
  bool complete = false;  ///< others are refused; or added behind them
};

/// Recordings to encode, with their classes and speakers, which are numbered alike in all parts.
struct RecordingList {
  std::vector<RecordingPart> parts;
  std::vector<std::string> classes, speakers;
  std::vector<std::string> refused;  ///< one sentence for each file that cannot be taken, naming it
  std::size_t repeated = 0;          ///< files that were given more than once in a part; they are taken once

  [[nodiscard]] std::size_t files() const;
};

/// The names in a list that is separated by commas, without the blanks around them. Throws UsageError, naming `option`,
/// for a name that is empty or given twice.
std::vector<std::string> split_names(const std::string& option, const std::string& list);

/// Finds the audio files (.wav, .flac, .sph) among and below the inputs of each part, in an order that is the same on
/// every machine. Classes and speakers are those given, in this order, and those found, numbers by value and names by
/// alphabet. Throws UsageError where an input does not exist, or a file is in two parts.
RecordingList list_recordings(std::vector<RecordingPart> parts, const LabelPattern& pattern, const GivenNames& classes,
                              const GivenNames& speakers);

}  // namespace hetsyn::cli
