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
  std::vector<std::vector<double>> times;  ///< s; stored as half precision, as SHD does, or as `time_type`
  std::vector<std::vector<std::int64_t>> units;
  std::vector<std::int64_t> labels;
  std::vector<std::int64_t> speakers;
  std::vector<std::string> class_names, speaker_names;
  std::string encoder;
  std::size_t keys = 0;  ///< number of class names that are numbers, and all the same: in place of class_names
  std::optional<hid_t> time_type;  ///< of the file's elements
  bool big_endian = false;         ///< half precision, big endian
  hid_t unit_type = H5T_STD_U16LE, label_type = H5T_STD_U16LE, speaker_type = H5T_STD_U16LE;
  bool variable_texts = false;    ///< names of variable length, as h5py writes them
  std::optional<hsize_t> claims;  ///< the three datasets claim so many rows, and none is written

  void write(const std::filesystem::path& path) const;
};

/// Writes shd_train.h5 and shd_test.h5: twelve recordings of two classes each.
void write_shd_recordings(const std::filesystem::path& folder);

/// Replaces a file of these by one with other spikes and the same labels.
void write_changed_shd_recording(const std::filesystem::path& file);

}  // namespace hetsyn::test
