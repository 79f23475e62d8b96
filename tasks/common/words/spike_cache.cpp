#include "common/words/spike_cache.hpp"

#include <algorithm>
#include <hetsyn/error.hpp>
#include <span>
#include <string>
#include <utility>

#include "base/files.hpp"
#include "base/hdf5_reader.hpp"
#include "base/hdf5_writer.hpp"

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
constexpr std::size_t kGrowthBytes = std::size_t{1} << 20;

Digest checksum_of(const EncodedWords& words) {
  Digester digester;
  digester.add(words.offsets);
  digester.add(words.step);
  digester.add(words.unit);
  digester.add(words.damaged);
  digester.add(std::vector<std::uint64_t>{words.cut});
  return digester.digest();
}

/// The content of the file before it is checked.
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
  const Hdf5Reader file(path);
  const auto all = [&](const char* dataset) { return file.read_integers(dataset, Hdf5Reader::kAsTheFileHolds); };
  const auto digest = [&](const char* dataset) { return file.read_integers(dataset, std::tuple_size_v<Digest>); };
  return {all(kLengths), all(kSteps), all(kUnits), all(kDamaged), all(kCut), digest(kKey), digest(kChecksum)};
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

/// The content of the cache file.
std::string cache_bytes(const fs::path& path, const Digest& key, const EncodedWords& words) {
  Hdf5Writer file(path.string(), kGrowthBytes);
  const auto write = [&](const char* name, const auto& values) {
    file.write(name, std::span<const std::ranges::range_value_t<decltype(values)>>(values), {values.size()});
  };
  write(kLengths, lengths_of(words));
  write(kSteps, words.step);
  write(kUnits, words.unit);
  write(kDamaged, words.damaged);
  write(kCut, std::vector<std::uint64_t>{words.cut});
  write(kKey, key);
  write(kChecksum, checksum_of(words));
  return file.image();
}

}  // namespace

EncodedWords read_spike_cache(const fs::path& file, const Digest& key) {
  const RawCache raw = read_isolated<RawCache>(kCacheReader.name, file);
  if (!std::ranges::equal(raw.key, key)) throw sdk::TaskError(file.string() + ": was made from other data");
  EncodedWords words;
  for (const std::uint32_t length : narrowed<std::uint32_t>(file, kLengths, raw.lengths)) {
    words.offsets.push_back(words.offsets.back() + length);
  }
  words.step = narrowed<std::uint32_t>(file, kSteps, raw.steps);
  words.unit = narrowed<std::uint16_t>(file, kUnits, raw.units);
  words.damaged = narrowed<std::uint32_t>(file, kDamaged, raw.damaged);
  for (const std::uint64_t cut : narrowed<std::uint64_t>(file, kCut, raw.cut)) words.cut += cut;
  if (!std::ranges::equal(raw.checksum, checksum_of(words))) {
    throw sdk::TaskError(file.string() + ": is damaged: its checksum is not that of its spikes");
  }
  return words;
}

void send_spike_cache(Channel& channel, const fs::path& path) {
  const RawCache raw = read_raw(path);
  channel.begin_part();
  raw.send(channel);
}

void write_spike_cache(const fs::path& file, const Digest& key, const EncodedWords& words) {
  if (file.has_parent_path()) make_directories(file.parent_path());
  UnfinishedFile unfinished(file, UnfinishedFile::Writers::several);
  unfinished.write(cache_bytes(file, key, words));
  unfinished.finish();
}

}  // namespace hetsyn::tasks
