#pragma once
#include <cstdint>
#include <filesystem>
#include <hetsyn/config.hpp>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "common/words/layout.hpp"

namespace hetsyn::tasks {

struct Word {
  std::filesystem::path file;
  Part part = Part::train;
  std::int32_t label = 0;    ///< index into WordCorpus::classes
  std::int32_t speaker = 0;  ///< index into WordCorpus::speakers
};

/// The recordings of a corpus that a task uses, in the order of their paths.
struct WordCorpus {
  std::vector<Word> words;
  std::vector<std::string> classes, speakers;
  bool standin = false;

  [[nodiscard]] PartSizes count() const;
  /// Of the recordings, whose digests are given, with their parts, classes and speakers, wherever the files lie.
  [[nodiscard]] Digest digest(const std::vector<Digest>& contents) const;
};

/// Looks for the corpus as locate_corpus() does, and reads its file names. Warns of files with odd names, of folders
/// that cannot be listed, and where the numbers of recordings are not the nominal ones. Throws sdk::NoData where it is
/// nowhere, sdk::TaskError where a folder holds one recording twice.
WordCorpus find_words(const sdk::OpenArgs& args, const Layout& layout);

}  // namespace hetsyn::tasks
