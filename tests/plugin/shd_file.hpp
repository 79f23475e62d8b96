#pragma once
#include <hdf5.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hetsyn::test {

/// A small file in SHD's format. What the struct leaves empty is left out of the file.
struct ShdFile {
  std::vector<std::vector<float>> times;  ///< s; stored as half precision, as SHD does, or as `time_type`
  std::vector<std::vector<std::uint16_t>> units;
  std::vector<std::uint16_t> labels;
  std::vector<std::uint16_t> speakers;
  std::size_t keys = 0;            ///< number of class names
  std::optional<hid_t> time_type;  ///< of the file's elements
  bool big_endian = false;         ///< half precision, big endian
  std::optional<hsize_t> claims;   ///< the three datasets claim so many rows, and none is written

  void write(const std::filesystem::path& path) const;
};

/// Writes shd_train.h5 and shd_test.h5: twelve recordings of two classes each.
void write_shd_recordings(const std::filesystem::path& folder);

}  // namespace hetsyn::test
