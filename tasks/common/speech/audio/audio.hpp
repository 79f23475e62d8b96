#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace hetsyn::tasks {

/// One recording of one channel.
struct Audio {
  std::vector<float> samples;  ///< finite; full scale of the file is −1 … 1
  double rate_hz = 0.0;
};

/// Reads WAV, FLAC and NIST SPHERE (PCM, µ-law, A-law, both byte orders), distinguished by content, not by name. Throws
/// sdk::TaskError, which names the file: another format, damaged, shorter than its header says, more than one channel,
/// no samples, samples that are not finite, a rate outside 1 kHz … 1 MHz, SPHERE compressed with shorten (the message
/// has the command that converts it).
Audio read_audio(const std::filesystem::path& file);

/// The same for the bytes of a file in memory; messages call it `name`.
Audio decode_audio(std::span<const std::byte> bytes, const std::string& name);

/// The bytes of a file, for decode_audio(). Throws sdk::TaskError, which names the file, if it cannot be read or is too
/// large for a recording.
std::string read_audio_bytes(const std::filesystem::path& file);

/// Band-limited conversion to another rate: libsamplerate's best sinc interpolator (97 dB, no delay). Audio that has
/// the rate already is returned as it is. Throws sdk::TaskError for rates that differ more than 256-fold.
Audio resample(const Audio& audio, double rate_hz);

}  // namespace hetsyn::tasks
