#pragma once
#include <cstddef>
#include <hetsyn/error.hpp>
#include <span>
#include <string>

namespace hetsyn::tasks {

/// SPHERE compressed with shorten. It is not a damaged file, since whole releases of corpora are compressed.
class ShortenedAudio : public sdk::TaskError {
 public:
  using TaskError::TaskError;
};

/// Checks what libsndfile silently ignores: that the bytes are WAV, FLAC or NIST SPHERE, that there are as many samples
/// as in the header, and that SPHERE is not compressed by shorten (ShortenedAudio). Throws sdk::TaskError, which
/// contains `name`.
void check_audio_header(std::span<const std::byte> bytes, const std::string& name);

}  // namespace hetsyn::tasks
