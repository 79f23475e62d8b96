#include "training/sealed_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/crc.hpp>
#include <cstdint>
#include <hetsyn/exceptions.hpp>
#include <string_view>

#include "base/files.hpp"

namespace hetsyn {
namespace {

constexpr std::uint64_t kFormatVersion = 2;
/// The last line, after the HDF5 file, whose readers ignore it: a checksum of all bytes before it.
constexpr std::string_view kSealStart = "\nhetsyn crc32 ";
constexpr std::size_t kSealSize = kSealStart.size() + 9;  // eight hexadecimal digits and a newline

std::string seal_of(std::string_view bytes) {
  boost::crc_32_type crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return fmt::format("{}{:08x}\n", kSealStart, crc.checksum());
}

}  // namespace

void write_version(Hdf5Writer& file) { file.write("format_version", kFormatVersion); }

void write_sealed(const std::string& path, Hdf5Writer& file) {
  const std::string image = file.image();
  write_file_atomically(path, {image, seal_of(image)});
}

std::string without_seal(const std::string& path, std::string bytes) {
  const std::size_t size = bytes.size() - std::min(bytes.size(), kSealSize);
  const std::string_view seal = std::string_view(bytes).substr(size);
  if (!seal.starts_with(kSealStart)) {
    throw RunError(fmt::format("{}: not a checkpoint, or a truncated one: its last line is not the checksum", path));
  }
  if (seal != seal_of(std::string_view(bytes).substr(0, size))) {
    throw RunError(fmt::format("{}: a damaged checkpoint: its checksum does not match", path));
  }
  bytes.resize(size);
  return bytes;
}

void check_version(const Hdf5Reader& file) {
  const auto version = file.read_one<std::uint64_t>("format_version");
  if (version != kFormatVersion) {
    throw RunError(fmt::format("{}: a checkpoint of format version {}, but this program reads version {}", file.name(),
                               version, kFormatVersion));
  }
}

}  // namespace hetsyn
