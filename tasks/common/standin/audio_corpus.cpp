#include "common/standin/audio_corpus.hpp"

#include <sndfile.h>

#include <hetsyn/error.hpp>
#include <memory>
#include <string>

namespace hetsyn::tasks {
namespace {

void write_sphere(const std::filesystem::path& path, const std::vector<float>& samples, int rate_hz) {
  SF_INFO format{};
  format.samplerate = rate_hz;
  format.channels = 1;
  format.format = SF_FORMAT_NIST | SF_FORMAT_PCM_16;
  std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(sf_open(path.c_str(), SFM_WRITE, &format), sf_close);
  const auto count = static_cast<sf_count_t>(samples.size());
  const bool written = file != nullptr && sf_write_float(file.get(), samples.data(), count) == count;
  const std::string cause = sf_strerror(file.get());
  if (!written || sf_close(file.release()) != 0) throw sdk::TaskError(path.string() + ": cannot be written: " + cause);
}

}  // namespace

void record_audio_corpus(const std::filesystem::path& directory, const AudioCorpus& corpus, unsigned threads,
                         const Report& report) {
  for (const AudioFile& file : corpus.files) {
    std::filesystem::create_directories((directory / file.path).parent_path());
  }
  make_in_parallel(corpus.files.size(), threads, "recordings", report, [&](std::size_t index) {
    const AudioFile& file = corpus.files[index];
    const std::filesystem::path path = directory / file.path;
    write_sphere(path, record(file.utterance, corpus.rate_hz, path).samples, corpus.rate_hz);
  });
}

}  // namespace hetsyn::tasks
