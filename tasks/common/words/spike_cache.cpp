#include "common/words/spike_cache.hpp"

#include <algorithm>
#include <hetsyn/error.hpp>
#include <span>
#include <string>
#include <utility>

#include "common/hdf5_file.hpp"
#include "common/isolated.hpp"
#include "common/unfinished_file.hpp"

namespace hetsyn::tasks {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLengths = "/lengths";
constexpr const char* kSteps = "/steps";
constexpr const char* kUnits = "/units";
constexpr const char* kDamaged = "/damaged";
constexpr const char* kCut = "/cut";
constexpr const char* kKey = "/key";
constexpr const char* kChecksum = "/checksum";

Digest checksum_of(const EncodedWords& words) {
  Digester digester;
  digester.add(words.offsets);
  digester.add(words.step);
  digester.add(words.unit);
  digester.add(words.damaged);
  digester.add(std::vector<std::uint64_t>{words.cut});
  return digester.digest();
}

/// What the file holds, not checked yet.
struct RawCache {
  std::vector<std::int64_t> lengths, steps, units, damaged, cut, key, checksum;

  void send(Channel& channel) const {
    for (const auto* values : {&lengths, &steps, &units, &damaged, &cut, &key, &checksum}) channel.put(*values);
  }
  static RawCache receive(Channel& channel) {
    RawCache raw;
    for (auto* values : {&raw.lengths, &raw.steps, &raw.units, &raw.damaged, &raw.cut, &raw.key, &raw.checksum}) {
      *values = channel.get_vector<std::int64_t>();
    }
    return raw;
  }
};

RawCache read_raw(const fs::path& path) {
  const Hdf5File file(path);
  return {file.read_integers(kLengths), file.read_integers(kSteps), file.read_integers(kUnits),
          file.read_integers(kDamaged), file.read_integers(kCut),   file.read_integers(kKey),
          file.read_integers(kChecksum)};
}

std::vector<std::uint32_t> lengths_of(const EncodedWords& words) {
  std::vector<std::uint32_t> lengths;
  for (std::size_t i = 0; i + 1 < words.offsets.size(); ++i) {
    lengths.push_back(static_cast<std::uint32_t>(words.offsets[i + 1] - words.offsets[i]));
  }
  return lengths;
}

template <class T>
std::vector<T> narrowed(const fs::path& file, const char* dataset, const std::vector<std::int64_t>& values) {
  const auto bad = std::ranges::find_if(values, [](std::int64_t value) { return !std::in_range<T>(value); });
  if (bad != values.end()) {
    throw sdk::TaskError(file.string() + ": is damaged: " + dataset + " has the number " + std::to_string(*bad));
  }
  return {values.begin(), values.end()};
}

/// The bytes of the cache's file.
std::string cache_bytes(const Digest& key, const EncodedWords& words) {
  Hdf5Memory file;
  const auto write = [&](const char* name, hid_t stored, hid_t native, const auto& values) {
    return write_dataset(file.get(), name, stored, native, values.size(), values.data());
  };
  const bool written = write(kLengths, H5T_STD_U32LE, H5T_NATIVE_UINT32, lengths_of(words)) &&
                       write(kSteps, H5T_STD_U16LE, H5T_NATIVE_UINT16, words.step) &&
                       write(kUnits, H5T_STD_U16LE, H5T_NATIVE_UINT16, words.unit) &&
                       write(kDamaged, H5T_STD_U32LE, H5T_NATIVE_UINT32, words.damaged) &&
                       write(kCut, H5T_STD_U64LE, H5T_NATIVE_UINT64, std::vector<std::uint64_t>{words.cut}) &&
                       write(kKey, H5T_STD_U8LE, H5T_NATIVE_UINT8, key) &&
                       write(kChecksum, H5T_STD_U8LE, H5T_NATIVE_UINT8, checksum_of(words));
  if (!written) throw sdk::TaskError("HDF5 cannot store encoded recordings");
  return file.bytes();
}

}  // namespace

EncodedWords read_spike_cache(const fs::path& file, const Digest& key) {
  const RawCache raw = read_isolated<RawCache>(file, read_raw);
  if (!std::ranges::equal(raw.key, key)) throw sdk::TaskError(file.string() + ": was made from other data");
  EncodedWords words;
  for (const std::uint32_t length : narrowed<std::uint32_t>(file, kLengths, raw.lengths)) {
    words.offsets.push_back(words.offsets.back() + length);
  }
  words.step = narrowed<std::uint16_t>(file, kSteps, raw.steps);
  words.unit = narrowed<std::uint16_t>(file, kUnits, raw.units);
  words.damaged = narrowed<std::uint32_t>(file, kDamaged, raw.damaged);
  for (const std::uint64_t cut : narrowed<std::uint64_t>(file, kCut, raw.cut)) words.cut += cut;
  if (!std::ranges::equal(raw.checksum, checksum_of(words))) {
    throw sdk::TaskError(file.string() + ": is damaged: its checksum is not that of its spikes");
  }
  return words;
}

void write_spike_cache(const fs::path& file, const Digest& key, const EncodedWords& words) {
  UnfinishedFile unfinished(file);
  unfinished.write(cache_bytes(key, words));
  unfinished.finish();
}

}  // namespace hetsyn::tasks
