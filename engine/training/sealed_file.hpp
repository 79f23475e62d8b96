#pragma once
#include <string>

#include "base/hdf5_reader.hpp"
#include "base/hdf5_writer.hpp"

/// What checkpoints and files of parameters have in common: an HDF5 file with a format version, and after it a line
/// with a checksum (docs/checkpoints.md).
namespace hetsyn {

/// Writes the format version.
void write_version(Hdf5Writer& file);
/// Writes the file to `path`, with its checksum, atomically. Call it once, last.
void write_sealed(const std::string& path, Hdf5Writer& file);

/// The bytes of the HDF5 file in `bytes`. Throws RunError, which names `path`, if the checksum is missing or wrong,
/// before HDF5 reads any of it.
std::string without_seal(const std::string& path, std::string bytes);
/// Throws RunError for another format version than that of this program.
void check_version(const Hdf5Reader& file);

}  // namespace hetsyn
