#pragma once
#include <hetsyn/task.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/words/corpus.hpp"
#include "common/words/encoded_words.hpp"
#include "common/words/encoder.hpp"
#include "common/words/layout.hpp"
#include "common/words/splits.hpp"

namespace hetsyn::tasks {

/// Classification of isolated spoken words: everything that is independent of how a corpus names its files.
class WordTask : public sdk::Task {
 public:
  /// The keys of the task; `own` are those of the corpus, which follow the keys that say where it is.
  static std::vector<sdk::Key> keys(const std::string& name, std::vector<sdk::Key> own);

  WordTask(const sdk::OpenArgs& args, const Layout& layout);

  [[nodiscard]] sdk::Info info() const override;
  void fill(const sdk::Request& request, sdk::SampleWriter& out) const override;
  [[nodiscard]] sdk::SampleInfo sample_info(std::uint32_t split_index, std::uint64_t index) const override;

 private:
  [[nodiscard]] std::uint32_t word(std::uint32_t split_index, std::uint64_t index) const;

  WordCorpus corpus_;
  WordSplits splits_;
  Encoder encoder_;
  EncodedWords encoded_;
  std::string data_name_;
  std::string damage_;  ///< the message about skipped recordings
  std::string digest_;  ///< of the corpus
};

}  // namespace hetsyn::tasks
