#pragma once
#include <cstdint>
#include <hetsyn/config.hpp>
#include <string>
#include <vector>

#include "shd/recordings.hpp"

namespace hetsyn::tasks {

/// The files of one corpus in SHD's format: train, test, and validation where there is one.
struct Corpus {
  Recordings train, test;
  std::vector<Recordings> validation;  ///< none or one
  std::uint32_t classes = 0;
  std::vector<std::string> class_names;    ///< [classes], or empty where the training file has none
  std::vector<std::string> speaker_names;  ///< of Recordings::speaker; or empty
  /// "SHD" or "SSC" only if numbers of samples and classes are theirs; otherwise the names of the files.
  std::string name;
  bool standin = false;  ///< made up, as SHD was not found

  /// All of them, the training file first.
  [[nodiscard]] std::vector<const Recordings*> files() const;
  /// Of what the files hold, whatever they are called.
  [[nodiscard]] Digest digest() const;
};

/// The schema's keys that say where the files are.
std::vector<sdk::Key> corpus_keys();

/// Looks for the files as locate_corpus() does, reads them all and brings their classes and speakers together by name
/// (matching.hpp). Where SHD is nowhere, a stand-in is made. Warns of classes without samples to train on.
/// Throws sdk::NoData naming the places tried, and sdk::TaskError for a file that is damaged or does not fit the
/// others.
Corpus read_corpus(const sdk::OpenArgs& args);

}  // namespace hetsyn::tasks
