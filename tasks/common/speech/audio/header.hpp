#pragma once
#include <cstddef>
#include <hetsyn/error.hpp>
#include <span>
#include <string>

namespace hetsyn::tasks {

/// SPHERE compressed with shorten. Not a damaged file, as whole releases of corpora are.
class ShortenedAudio : public sdk::TaskError {
 public:
  using TaskError::TaskError;
};

/// Checks what libsndfile passes over in silence: that the bytes are WAV, FLAC or NIST SPHERE, that all samples which
/// the header promises are there, and that SPHERE is not compressed by shorten (ShortenedAudio). Throws sdk::TaskError
/// naming `name`.
void check_audio_header(std::span<const std::byte> bytes, const std::string& name);

}  // namespace hetsyn::tasks
