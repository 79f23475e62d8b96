#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "common/standin/audio_corpus.hpp"

namespace hetsyn::tasks {

enum class Part : std::uint8_t { train, test };

/// The information in the path of an audio file.
struct PathReading {
  enum class Kind : std::uint8_t {
    ignored,   ///< not a file of the corpus, or one that this task does not use
    odd_name,  ///< in a speaker's folder, but without the name of a recording
    word       ///< a recording that the task uses; only then the other members are set
  };
  Kind kind = Kind::ignored;
  Part part = Part::train;
  std::size_t root = 0;    ///< number of folders above that of the part
  std::string collection;  ///< what each part has only once: "man"
  std::string speaker;     ///< "man/ae"
  std::string word;        ///< class: "z"
};

/// Parses a relative path, given as its folders and the name of the file without extension, all in lower case.
using PathReader = std::function<PathReading(std::span<const std::string> path)>;

struct PartSizes {
  std::size_t train = 0, test = 0;
  auto operator<=>(const PartSizes&) const = default;
};

/// A corpus of isolated words: the names of its files, and published facts.
struct Layout {
  std::string name;                  ///< "tidigits": the name of its folder in the places that are searched
  std::string corpus;                ///< "TIDIGITS"
  std::string title;                 ///< of the part that is used: "TIDIGITS, isolated digits of adults"
  std::vector<std::string> classes;  ///< in the order of the labels; empty: those of the training part, sorted
  std::vector<PartSizes> nominal;    ///< published numbers of recordings
  PathReader read_path;
  std::string tree;                      ///< the layout of the folder: "{train,test}/{man,woman}/SPEAKER/DIGIT.wav"
  std::string remedy;                    ///< a sentence: how to get the corpus
  std::function<AudioCorpus()> standin;  ///< the synthetic corpus if the corpus is not found; null: none
};

/// Sets `part` and returns true if `folder` is "train" or "test".
inline bool read_part(const std::string& folder, Part& part) {
  part = folder == "test" ? Part::test : Part::train;
  return folder == "train" || folder == "test";
}

}  // namespace hetsyn::tasks
