#pragma once
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <vector>

/// IDX files byte by byte, written without the code under test.
namespace hetsyn::test {

inline std::string big_endian(std::initializer_list<std::uint32_t> numbers) {
  std::string bytes;
  for (const std::uint32_t number : numbers) {
    for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(number >> shift & 0xFFU);
  }
  return bytes;
}

/// `pixels` is [count][rows][columns].
inline std::string image_bytes(std::uint32_t count, std::uint32_t rows, std::uint32_t columns,
                               const std::vector<std::uint8_t>& pixels) {
  return big_endian({0x803, count, rows, columns}) + std::string(pixels.begin(), pixels.end());
}

inline std::string label_bytes(const std::vector<std::uint8_t>& labels) {
  return big_endian({0x801, static_cast<std::uint32_t>(labels.size())}) + std::string(labels.begin(), labels.end());
}

/// Overwrites `file` with the bytes compressed by gzip.
void write_gzip(const std::filesystem::path& file, const std::string& bytes);

}  // namespace hetsyn::test
