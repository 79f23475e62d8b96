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
  /// The digest of the recordings: of their contents' digests, parts, classes and speakers, independent of the place of
  /// the files.
  [[nodiscard]] Digest digest(const std::vector<Digest>& contents) const;
};

/// Finds the corpus with locate_corpus(), and reads its file names. Warns of unexpected file names, of folders that
/// cannot be listed, and of numbers of recordings that are not the published ones. Throws sdk::NoData if it is not
/// found, sdk::TaskError if a folder contains a recording twice.
WordCorpus find_words(const sdk::OpenArgs& args, const Layout& layout);

}  // namespace hetsyn::tasks
