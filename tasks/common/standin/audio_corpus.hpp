#pragma once
#include <filesystem>
#include <vector>

#include "common/parallel.hpp"
#include "common/standin/speaker.hpp"

namespace hetsyn::tasks {

/// A file of a corpus that is made up.
struct AudioFile {
  std::filesystem::path path;  ///< within the corpus
  Utterance utterance;
};

struct AudioCorpus {
  int rate_hz = 0;
  std::vector<AudioFile> files;
};

/// Records all files, on so many threads (0: one for each core), as NIST SPHERE with 16-bit PCM, below a folder that
/// exists. Throws sdk::TaskError
/// naming the file that cannot be written, and what record() throws.
void record_audio_corpus(const std::filesystem::path& directory, const AudioCorpus& corpus, unsigned threads,
                         const Report& report);

}  // namespace hetsyn::tasks
