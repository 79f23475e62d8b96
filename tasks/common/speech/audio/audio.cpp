#include "common/speech/audio/audio.hpp"

#include <samplerate.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <hetsyn/error.hpp>
#include <hetsyn/exceptions.hpp>
#include <memory>

#include "base/files.hpp"
#include "common/speech/audio/header.hpp"

namespace hetsyn::tasks {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
constexpr std::size_t kMostSamples = std::size_t{1} << 27;  // 46 minutes at 48 kHz; compressed files can hold anything
constexpr std::size_t kBlock = 1 << 16;
constexpr int kLeastRate = 1'000, kMostRate = 1'000'000;

/// Lets libsndfile read bytes in memory like a file.
struct MemoryFile {
  std::span<const std::byte> bytes;
  sf_count_t position = 0;

  static MemoryFile& of(void* self) { return *static_cast<MemoryFile*>(self); }
  static sf_count_t length(void* self) { return static_cast<sf_count_t>(of(self).bytes.size()); }
  static sf_count_t tell(void* self) { return of(self).position; }
  static sf_count_t seek(sf_count_t offset, int whence, void* self) {
    const sf_count_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? tell(self) : length(self);
    return of(self).position = std::clamp(from + offset, sf_count_t{0}, length(self));
  }
  static sf_count_t read(void* out, sf_count_t count, void* self) {
    const sf_count_t given = std::clamp(length(self) - tell(self), sf_count_t{0}, count);
    std::memcpy(out, of(self).bytes.data() + tell(self), static_cast<std::size_t>(given));
    of(self).position += given;
    return given;
  }
  static SF_VIRTUAL_IO functions() { return {length, seek, read, nullptr, tell}; }
};

using SoundFile = std::unique_ptr<SNDFILE, int (*)(SNDFILE*)>;

void check_format(const SF_INFO& format, const std::string& name) {
  if (format.channels != 1) {
    throw sdk::TaskError(name + ": has " + std::to_string(format.channels) +
                         " channels; expected one (sox IN OUT remix 1 keeps the first)");
  }
  if (format.samplerate < kLeastRate || format.samplerate > kMostRate) {
    throw sdk::TaskError(name + ": has a sample rate of " + std::to_string(format.samplerate) +
                         " Hz; expected 1000 to 1000000 Hz");
  }
}

/// Memory grows with the data that are read, not with what the header claims.
std::vector<float> read_samples(SNDFILE* file, const std::string& name) {
  std::vector<float> samples;
  for (;;) {
    const std::size_t have = samples.size();
    if (have > kMostSamples)
      throw sdk::TaskError(name + ": is longer than " + std::to_string(kMostSamples) + " samples");
    samples.resize(have + kBlock);
    const sf_count_t got = sf_read_float(file, samples.data() + have, kBlock);
    samples.resize(have + static_cast<std::size_t>(std::max(got, sf_count_t{0})));
    if (got <= 0) break;
  }
  if (sf_error(file) != SF_ERR_NO_ERROR) throw sdk::TaskError(name + ": is damaged: " + sf_strerror(file));
  return samples;
}

void check_samples(const std::vector<float>& samples, const SF_INFO& format, const std::string& name) {
  const bool flac = (format.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_FLAC;
  if (flac && format.frames != SF_COUNT_MAX && samples.size() < static_cast<std::size_t>(format.frames)) {
    throw sdk::TaskError(name + ": is truncated: its header promises " + std::to_string(format.frames) +
                         " samples and there are " + std::to_string(samples.size()));
  }
  if (samples.empty()) throw sdk::TaskError(name + ": holds no samples");
  const auto odd = std::ranges::find_if_not(samples, [](float value) { return std::isfinite(value); });
  if (odd != samples.end()) {
    throw sdk::TaskError(name + ": sample " + std::to_string(odd - samples.begin()) + " is not a finite number");
  }
}

}  // namespace

Audio decode_audio(std::span<const std::byte> bytes, const std::string& name) {
  check_audio_header(bytes, name);
  MemoryFile memory{bytes};
  SF_VIRTUAL_IO functions = MemoryFile::functions();
  SF_INFO format{};
  const SoundFile file(sf_open_virtual(&functions, SFM_READ, &format, &memory), sf_close);
  if (file == nullptr) throw sdk::TaskError(name + ": cannot be decoded: " + sf_strerror(nullptr));
  check_format(format, name);
  Audio audio{read_samples(file.get(), name), static_cast<double>(format.samplerate)};
  check_samples(audio.samples, format, name);
  return audio;
}

Audio read_audio(const std::filesystem::path& file) {
  const std::string bytes = read_audio_bytes(file);
  return decode_audio(std::as_bytes(std::span(bytes)), file.string());
}

std::string read_audio_bytes(const std::filesystem::path& file) {
  try {
    return read_file(file, kMostBytes);
  } catch (const RunError& error) {
    throw sdk::TaskError(error.what());
  }
}

Audio resample(const Audio& audio, double rate_hz) {
  if (audio.rate_hz == rate_hz) return audio;
  const double ratio = rate_hz / audio.rate_hz;
  if (!std::isfinite(ratio) || src_is_valid_ratio(ratio) == 0) {
    throw sdk::TaskError("audio of " + std::to_string(audio.rate_hz) + " Hz cannot be resampled to " +
                         std::to_string(rate_hz) + " Hz: the rates differ more than 256-fold");
  }
  Audio result{{}, rate_hz};
  result.samples.resize(static_cast<std::size_t>(std::ceil(static_cast<double>(audio.samples.size()) * ratio)) + 1);
  SRC_DATA conversion{};
  conversion.data_in = audio.samples.data();
  conversion.input_frames = static_cast<long>(audio.samples.size());
  conversion.data_out = result.samples.data();
  conversion.output_frames = static_cast<long>(result.samples.size());
  conversion.src_ratio = ratio;
  const int status = src_simple(&conversion, SRC_SINC_BEST_QUALITY, 1);
  if (status != 0) throw sdk::TaskError(std::string("audio cannot be resampled: ") + src_strerror(status));
  result.samples.resize(static_cast<std::size_t>(conversion.output_frames_gen));
  return result;
}

}  // namespace hetsyn::tasks
