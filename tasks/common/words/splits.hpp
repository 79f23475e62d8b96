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

/// The schema's keys that say who is trained, tested and validated on.
std::vector<sdk::Key> split_keys();

/// `standard`: the corpus's own parts. `speakers`: all recordings of the speakers that task.test_speakers names are
/// tested on, and all others trained on, so that no speaker is in both. task.validation_speakers are taken out of the
/// training set in either case. Throws sdk::ConfigError for names that fit no speaker, or that leave a set empty.
WordSplits divide_words(const WordCorpus& corpus, const sdk::OpenArgs& args);

/// Takes words out of all sets. Throws sdk::TaskError where nothing is left of one that was not empty.
void leave_out(WordSplits& splits, const std::vector<std::uint32_t>& words);

}  // namespace hetsyn::tasks
