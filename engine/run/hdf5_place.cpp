#include "run/hdf5_place.hpp"

#include <fmt/format.h>

#include <hetsyn/exceptions.hpp>

#include "base/hdf5.hpp"
#include "core/folder_place.hpp"

namespace hetsyn {

void check_hdf5_place(const std::filesystem::path& file, bool replace, std::string_view option) {
  if (file.has_parent_path()) check_folder_place(file.parent_path(), "a folder");
  const std::filesystem::file_status there = std::filesystem::symlink_status(file);
  if (!std::filesystem::exists(there)) return;
  if (std::filesystem::is_symlink(there)) {
    throw UsageError(fmt::format("{}: is a link; expected the file itself, or a new one", file.string()));
  }
  if (!std::filesystem::is_regular_file(there)) {
    throw UsageError(fmt::format("{}: is a folder or a device; expected the file to write", file.string()));
  }
  if (!replace) throw UsageError(fmt::format("{}: exists already; {} replaces it", file.string(), option));
  const Hdf5Silence silence;
  if (H5Fis_hdf5(file.c_str()) <= 0) {
    throw UsageError(fmt::format("{}: is not an HDF5 file, and {} replaces only those", file.string(), option));
  }
}

}  // namespace hetsyn
