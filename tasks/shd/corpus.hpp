#pragma once
#include <cstdint>
#include <hetsyn/config.hpp>
#include <string>
#include <vector>

#include "shd/recordings.hpp"

namespace hetsyn::tasks {

/// The files of a corpus in SHD's format: train, test, and validation if there is one.
struct Corpus {
  Recordings train, test;
  std::vector<Recordings> validation;  ///< none or one
  std::uint32_t classes = 0;
  std::vector<std::string> class_names;    ///< [classes], or empty if the training file has none
  std::vector<std::string> speaker_names;  ///< of Recordings::speaker; or empty
  /// "SHD" if the numbers of samples and classes are those of a known corpus; otherwise the names of the files.
  std::string name;
  bool standin = false;  ///< synthetic, because SHD was not found

  /// All files, the training file first.
  [[nodiscard]] std::vector<const Recordings*> files() const;
  /// A digest of the content of the files, independent of their names.
  [[nodiscard]] Digest digest() const;
};

/// The keys that say where the files are.
std::vector<sdk::Key> corpus_keys();

/// Finds the files with locate_corpus(), reads them all and matches their classes and speakers by name (matching.hpp).
/// If SHD is not found, makes a stand-in. Warns of classes without training samples. Throws sdk::NoData, which lists
/// the places tried, and sdk::TaskError for a file that is damaged or does not fit the others.
Corpus read_corpus(const sdk::OpenArgs& args);

}  // namespace hetsyn::tasks
