#pragma once
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include "support/temporary_directory.hpp"

namespace hetsyn::test {

inline void append(std::string& bytes, std::uint32_t value, int count) {
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
}

/// A tone of 0.1 s as WAV: 16 bits, mono, 8 kHz.
inline void write_tone(const std::filesystem::path& path, double frequency_hz) {
  std::string samples;
  for (int i = 0; i < 800; ++i) {
    const double value = 8'000.0 * std::sin(2.0 * 3.14159265358979 * frequency_hz * i / 8'000.0);
    append(samples, static_cast<std::uint32_t>(static_cast<std::int32_t>(value)), 2);
  }
  std::string file = "RIFF";
  append(file, static_cast<std::uint32_t>(36 + samples.size()), 4);
  file += "WAVEfmt ";
  for (const auto& [value, bytes] :
       {std::pair{16U, 4}, {1U, 2}, {1U, 2}, {8'000U, 4}, {16'000U, 4}, {2U, 2}, {16U, 2}}) {
    append(file, value, bytes);
  }
  file += "data";
  append(file, static_cast<std::uint32_t>(samples.size()), 4);
  std::filesystem::create_directories(path.parent_path());
  write_text(path, file + samples);
}

}  // namespace hetsyn::test
