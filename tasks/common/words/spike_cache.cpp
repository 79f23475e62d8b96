#include "common/words/spike_cache.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <hetsyn/error.hpp>
#include <span>
#include <string>
#include <system_error>

#include "common/hdf5_file.hpp"
#include "common/isolated.hpp"

namespace hetsyn::tasks {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLengths = "/lengths";
constexpr const char* kSteps = "/steps";
constexpr const char* kUnits = "/units";
constexpr const char* kKey = "/key";
constexpr const char* kChecksum = "/checksum";

template <class T>
Digest digest_of_vector(const std::vector<T>& values) {
  return digest_of(std::as_bytes(std::span(values)));
}

Digest checksum_of(const EncodedWords& words) {
  std::vector<std::uint8_t> parts;
  for (const Digest& part :
       {digest_of_vector(words.offsets), digest_of_vector(words.step), digest_of_vector(words.unit)}) {
    parts.insert(parts.end(), part.begin(), part.end());
  }
  return digest_of_vector(parts);
}

/// What the file holds, not checked yet.
struct RawCache {
  std::vector<std::int32_t> lengths, steps, units, key, checksum;

  void send(Channel& channel) const {
    for (const auto* values : {&lengths, &steps, &units, &key, &checksum}) channel.put(*values);
  }
  static RawCache receive(Channel& channel) {
    RawCache raw;
    for (auto* values : {&raw.lengths, &raw.steps, &raw.units, &raw.key, &raw.checksum}) {
      *values = channel.get_vector<std::int32_t>();
    }
    return raw;
  }
};

RawCache read_raw(const fs::path& path) {
  const Hdf5File file(path);
  return {file.read_integers(kLengths), file.read_integers(kSteps), file.read_integers(kUnits),
          file.read_integers(kKey), file.read_integers(kChecksum)};
}

std::vector<std::uint16_t> narrowed(const std::vector<std::int32_t>& values) {
  std::vector<std::uint16_t> result(values.size());
  std::ranges::transform(values, result.begin(), [](std::int32_t value) { return static_cast<std::uint16_t>(value); });
  return result;
}

template <class T>
void write_integers(hid_t file, const char* name, std::span<const T> values, hid_t stored, hid_t native) {
  const hsize_t count = values.size();
  const Hdf5Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
  const Hdf5Handle dataset(H5Dcreate2(file, name, stored, space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                           H5Dclose);
  const bool written = dataset.valid() && (count == 0 || H5Dwrite(dataset.get(), native, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                                                                  values.data()) >= 0);
  if (!written) throw sdk::TaskError(std::string("dataset ") + name + " cannot be written");
}

void write_datasets(const fs::path& path, const Digest& key, const EncodedWords& words) {
  const Hdf5Silence silence;
  const Hdf5Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
  if (!file.valid()) throw sdk::TaskError("it cannot be created");
  std::vector<std::uint32_t> lengths;
  for (std::size_t i = 0; i + 1 < words.offsets.size(); ++i) {
    lengths.push_back(static_cast<std::uint32_t>(words.offsets[i + 1] - words.offsets[i]));
  }
  const Digest checksum = checksum_of(words);
  write_integers<std::uint32_t>(file.get(), kLengths, lengths, H5T_STD_U32LE, H5T_NATIVE_UINT32);
  write_integers<std::uint16_t>(file.get(), kSteps, words.step, H5T_STD_U16LE, H5T_NATIVE_UINT16);
  write_integers<std::uint16_t>(file.get(), kUnits, words.unit, H5T_STD_U16LE, H5T_NATIVE_UINT16);
  write_integers<std::uint8_t>(file.get(), kKey, key, H5T_STD_U8LE, H5T_NATIVE_UINT8);
  write_integers<std::uint8_t>(file.get(), kChecksum, checksum, H5T_STD_U8LE, H5T_NATIVE_UINT8);
  if (H5Fflush(file.get(), H5F_SCOPE_LOCAL) < 0) throw sdk::TaskError("it cannot be written");
}

/// Puts what was written on the disk, so that a crash of the machine cannot leave the name without the content.
void synchronise(const fs::path& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool done = descriptor >= 0 && fsync(descriptor) == 0;
  const int problem = errno;
  if (descriptor >= 0) close(descriptor);
  if (!done) throw sdk::TaskError(std::strerror(problem));
}

}  // namespace

EncodedWords read_spike_cache(const fs::path& file, const Digest& key) {
  const RawCache raw = read_isolated<RawCache>(file, read_raw);
  if (!std::ranges::equal(raw.key, key)) throw sdk::TaskError(file.string() + ": was made from other data");
  EncodedWords words;
  for (const std::int32_t length : raw.lengths) {
    words.offsets.push_back(words.offsets.back() + static_cast<std::uint32_t>(length));
  }
  words.step = narrowed(raw.steps);
  words.unit = narrowed(raw.units);
  if (!std::ranges::equal(raw.checksum, checksum_of(words))) {
    throw sdk::TaskError(file.string() + ": is damaged: its checksum is not that of its spikes");
  }
  return words;
}

void write_spike_cache(const fs::path& file, const Digest& key, const EncodedWords& words) {
  const fs::path unfinished = file.string() + "." + std::to_string(getpid());
  try {
    fs::create_directories(file.parent_path());
    write_datasets(unfinished, key, words);
    synchronise(unfinished);
    fs::rename(unfinished, file);
  } catch (const std::exception& e) {
    std::error_code none;
    fs::remove(unfinished, none);
    throw sdk::TaskError(file.string() + ": cannot be written: " + e.what());
  }
}

}  // namespace hetsyn::tasks
