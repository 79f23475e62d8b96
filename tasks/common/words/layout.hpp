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

/// What the path of an audio file says.
struct PathReading {
  enum class Kind : std::uint8_t {
    ignored,   ///< not a file of the corpus, or one that this task does not use
    odd_name,  ///< in a speaker's folder, but not named as a recording
    word       ///< a recording that the task uses; only then the rest is set
  };
  Kind kind = Kind::ignored;
  Part part = Part::train;
  std::size_t root = 0;    ///< number of folders above the one of the part
  std::string collection;  ///< what lies in one place for each part: "man"
  std::string speaker;     ///< "man/ae"
  std::string word;        ///< class: "z"
};

/// Reads a relative path, split into its folders and the file's name without extension, all in lower case.
using PathReader = std::function<PathReading(std::span<const std::string> path)>;

struct PartSizes {
  std::size_t train = 0, test = 0;
  auto operator<=>(const PartSizes&) const = default;
};

/// A corpus of isolated words: how its files are named, and what is known of it.
struct Layout {
  std::string name;                  ///< "tidigits": of its folder in the places that are searched
  std::string corpus;                ///< "TIDIGITS"
  std::string title;                 ///< of the part that is used: "TIDIGITS, isolated digits of adults"
  std::vector<std::string> classes;  ///< in the order of the labels; empty: those that the training part has, sorted
  std::vector<PartSizes> nominal;    ///< numbers that the corpus is known by, as published first
  PathReader read_path;
  std::string tree;                      ///< of a folder that is searched: "{train,test}/{man,woman}/SPEAKER/DIGIT.wav"
  std::string remedy;                    ///< a sentence: how to get the corpus
  std::function<AudioCorpus()> standin;  ///< what espeak-ng says where the corpus is not found; null: nothing
};

/// The part that a folder's name stands for: sets `part` and is true for "train" and "test".
inline bool read_part(const std::string& folder, Part& part) {
  part = folder == "test" ? Part::test : Part::train;
  return folder == "train" || folder == "test";
}

}  // namespace hetsyn::tasks
