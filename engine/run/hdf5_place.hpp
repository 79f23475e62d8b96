#pragma once
#include <filesystem>
#include <string_view>

namespace hetsyn {

/// Throws UsageError if no HDF5 file can be written at a path, before any work: if it is a folder, a link or a device,
/// if a file is there and `replace` is false, or if that is not an HDF5 file. Messages name `option`, which replaces.
void check_hdf5_place(const std::filesystem::path& file, bool replace, std::string_view option);

}  // namespace hetsyn
