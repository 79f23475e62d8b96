#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

/// The IDX format of MNIST and its relatives: big-endian header, then bytes. Plain or compressed by gzip when read.
namespace hetsyn::tasks {

/// Grey-scale images of one size.
struct IdxImages {
  std::uint32_t rows = 0, columns = 0;
  std::vector<std::uint8_t> pixels;  ///< [images][rows][columns]

  [[nodiscard]] std::size_t pixels_per_image() const { return std::size_t{rows} * columns; }
  [[nodiscard]] std::size_t count() const { return pixels.size() / pixels_per_image(); }
};

/// Reads a whole file (magic 0x00000803). Throws sdk::TaskError naming file and reason: not readable, no IDX images,
/// no image or no pixel, more than 1 GiB of pixels, or another number of bytes than the header promises. Memory grows
/// with what is read, never with what the header claims.
IdxImages read_idx_images(const std::filesystem::path& file);

/// As read_idx_images, for labels (magic 0x00000801): one byte for each image.
std::vector<std::uint8_t> read_idx_labels(const std::filesystem::path& file);

/// Writes a plain file. Throws sdk::TaskError naming file and cause.
void write_idx_images(const std::filesystem::path& file, const IdxImages& images);
void write_idx_labels(const std::filesystem::path& file, const std::vector<std::uint8_t>& labels);

}  // namespace hetsyn::tasks
