#pragma once
#include <filesystem>
#include <vector>

#include "common/parallel.hpp"
#include "common/standin/speaker.hpp"

namespace hetsyn::tasks {

/// A file of a synthetic corpus.
struct AudioFile {
  std::filesystem::path path;  ///< within the corpus
  Utterance utterance;
};

struct AudioCorpus {
  int rate_hz = 0;
  std::vector<AudioFile> files;
};

/// Records all files with `threads` threads (0: one for each core), as NIST SPHERE with 16-bit PCM, below an existing
/// folder. Blocks until all are written. Throws sdk::TaskError, which names a file that cannot be written, and the
/// exceptions of record().
void record_audio_corpus(const std::filesystem::path& directory, const AudioCorpus& corpus, unsigned threads,
                         const Report& report);

}  // namespace hetsyn::tasks
