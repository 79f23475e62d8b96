#pragma once
#include <sndfile.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

/// Small audio files.
namespace hetsyn::test {

/// A file in the NIST SPHERE format, header and payload as given, right or wrong.
struct SphereFile {
  std::vector<std::uint8_t> payload;
  long sample_count = 0, sample_rate = 20'000, channel_count = 1, sample_bytes = 2;
  std::string coding = "pcm", byte_format = "01";
  std::string header_length = "   1024";
  std::size_t header_bytes = 1024;
  std::string end = "end_head\n";

  [[nodiscard]] std::string bytes() const {
    const auto number = [](const char* name, long value) {
      return std::string(name) + " -i " + std::to_string(value) + "\n";
    };
    const auto text = [](const char* name, const std::string& value) {
      return std::string(name) + " -s" + std::to_string(value.size()) + " " + value + "\n";
    };
    std::string file = "NIST_1A\n" + header_length + "\n; a comment\n" + number("sample_count", sample_count) +
                       number("sample_rate", sample_rate) + number("channel_count", channel_count) +
                       number("sample_n_bytes", sample_bytes) + text("sample_byte_format", byte_format) +
                       text("sample_coding", coding) + end;
    file.resize(header_bytes, ' ');
    return file + std::string(payload.begin(), payload.end());
  }
};

/// 16-bit samples, big-endian or not.
inline SphereFile pcm_sphere(const std::vector<std::int16_t>& samples, bool big_endian = false) {
  SphereFile file;
  for (const std::int16_t sample : samples) {
    const auto bits = static_cast<std::uint16_t>(sample);
    const auto low = static_cast<std::uint8_t>(bits & 255), high = static_cast<std::uint8_t>(bits >> 8);
    file.payload.push_back(big_endian ? high : low);
    file.payload.push_back(big_endian ? low : high);
  }
  file.sample_count = static_cast<long>(samples.size());
  file.byte_format = big_endian ? "10" : "01";
  return file;
}

/// A sine of half the full scale.
inline std::vector<std::int16_t> tone(std::size_t count, double rate_hz, double frequency_hz) {
  std::vector<std::int16_t> samples(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double phase = 2.0 * std::numbers::pi * frequency_hz * static_cast<double>(i) / rate_hz;
    samples[i] = static_cast<std::int16_t>(std::lround(16384.0 * std::sin(phase)));
  }
  return samples;
}

/// `format` of libsndfile: SF_FORMAT_WAV | SF_FORMAT_PCM_16, …; samples, 16-bit or float, are interleaved where there
/// are more channels. (libsndfile scales floats by 32767 for 16-bit files, so those are given as integers.)
template <class Sample>
void write_audio(const std::filesystem::path& path, int format, const std::vector<Sample>& samples, int rate_hz,
                 int channels = 1) {
  SF_INFO info{};
  info.samplerate = rate_hz;
  info.channels = channels;
  info.format = format;
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  if (file == nullptr) throw std::runtime_error(sf_strerror(nullptr));
  const auto count = static_cast<sf_count_t>(samples.size());
  if constexpr (std::is_same_v<Sample, float>) {
    sf_write_float(file, samples.data(), count);
  } else {
    sf_write_short(file, samples.data(), count);
  }
  sf_close(file);
}

}  // namespace hetsyn::test
