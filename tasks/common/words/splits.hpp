#pragma once
#include <cstdint>
#include <hetsyn/config.hpp>
#include <string>
#include <vector>

#include "common/words/corpus.hpp"

namespace hetsyn::tasks {

/// Indices into WordCorpus::words, ascending.
struct WordSplits {
  std::vector<std::uint32_t> train, test, validation;
};

/// The keys that define who is used for training, validation and test.
std::vector<sdk::Key> split_keys();

/// With `standard`, uses the corpus's own parts. With `speakers`, tests on all recordings of the speakers that
/// task.test_speakers names, and trains on all others, so that no speaker is in both. In both cases
/// task.validation_speakers are taken out of the training set. Throws sdk::ConfigError for names that match no speaker,
/// or that leave a set empty.
WordSplits divide_words(const WordCorpus& corpus, const sdk::OpenArgs& args);

/// Removes words from all sets. Throws sdk::TaskError if this makes a set empty.
void leave_out(WordSplits& splits, const std::vector<std::uint32_t>& words);

}  // namespace hetsyn::tasks
