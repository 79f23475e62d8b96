#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace hetsyn::tasks {

/// The audio files below a folder.
struct AudioTree {
  std::filesystem::path root;
  std::vector<std::filesystem::path> files;  ///< relative to root, in an order that is the same on every machine
  std::vector<std::string> unreadable;       ///< folders that could not be listed, with the reason
};

/// Finds what is not a folder and has a name that ends in .wav, .flac or .sph, in capitals or not, at most 8 folders
/// deep: files, and links to them, whether or not they can be read. Symbolic links are followed; a folder is entered
/// once, so that a loop of links ends.
AudioTree find_audio_files(const std::filesystem::path& root);

}  // namespace hetsyn::tasks
