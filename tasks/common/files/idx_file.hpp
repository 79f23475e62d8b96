#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

/// The IDX format of MNIST and similar data sets: a big-endian header, then bytes. Files may be compressed by gzip when
/// read.
namespace hetsyn::tasks {

/// Grey-scale images of equal size.
struct IdxImages {
  std::uint32_t rows = 0, columns = 0;
  std::vector<std::uint8_t> pixels;  ///< [images][rows][columns]

  [[nodiscard]] std::size_t pixels_per_image() const { return std::size_t{rows} * columns; }
  [[nodiscard]] std::size_t count() const { return pixels.size() / pixels_per_image(); }
};

/// Reads a whole file (magic 0x00000803). Throws sdk::TaskError, which names file and reason: not readable, not IDX
/// images, no image or no pixel, more than 1 GiB of pixels, or another number of bytes than in the header. Memory grows
/// with the data that are read, not with what the header claims.
IdxImages read_idx_images(const std::filesystem::path& file);

/// Reads labels (magic 0x00000801), one byte for each image. Throws like read_idx_images().
std::vector<std::uint8_t> read_idx_labels(const std::filesystem::path& file);

/// Writes an uncompressed file. Throws sdk::TaskError, which names file and cause.
void write_idx_images(const std::filesystem::path& file, const IdxImages& images);
void write_idx_labels(const std::filesystem::path& file, const std::vector<std::uint8_t>& labels);

}  // namespace hetsyn::tasks
