#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace hetsyn::tasks {

/// The audio files below a folder.
struct AudioTree {
  std::filesystem::path root;
  std::vector<std::filesystem::path> files;  ///< relative to root, in the same order on every machine
  std::vector<std::string> unreadable;       ///< folders that could not be listed, with the reason
};

/// Finds everything that is not a folder and has a name that ends in .wav, .flac or .sph, in upper or lower case, at
/// most 8 folders deep: files and links to files, whether or not they can be read. It follows symbolic links and enters
/// each folder once, so that a loop of links ends.
AudioTree find_audio_files(const std::filesystem::path& root);

}  // namespace hetsyn::tasks
