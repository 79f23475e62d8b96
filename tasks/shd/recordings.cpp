#include "shd/recordings.hpp"

#include <algorithm>
#include <cmath>
#include <hetsyn/error.hpp>
#include <string>
#include <utility>

#include "common/hdf5_file.hpp"
#include "common/isolated.hpp"

namespace hetsyn::tasks {
namespace {

constexpr const char* kTimes = "/spikes/times";
constexpr const char* kUnits = "/spikes/units";
constexpr const char* kLabels = "/labels";
constexpr const char* kSpeaker = "/extra/speaker";
constexpr const char* kKeys = "/extra/keys";

/// What the file holds, not checked yet.
struct RawFile {
  Ragged<float> times;
  Ragged<std::uint16_t> units;
  std::vector<std::int32_t> labels, speakers;
  std::uint64_t class_names = 0;
  bool has_speakers = false;

  void send(Channel& channel) const {
    for (const auto* offsets : {&times.offsets, &units.offsets}) channel.put(*offsets);
    channel.put(times.values);
    channel.put(units.values);
    channel.put(labels);
    channel.put(speakers);
    channel.put(class_names);
    channel.put(std::uint64_t{has_speakers});
  }
  static RawFile receive(Channel& channel) {
    RawFile raw;
    for (auto* offsets : {&raw.times.offsets, &raw.units.offsets}) *offsets = channel.get_vector<std::uint64_t>();
    raw.times.values = channel.get_vector<float>();
    raw.units.values = channel.get_vector<std::uint16_t>();
    raw.labels = channel.get_vector<std::int32_t>();
    raw.speakers = channel.get_vector<std::int32_t>();
    raw.class_names = channel.get_number();
    raw.has_speakers = channel.get_number() != 0;
    return raw;
  }
};

RawFile read_file(const std::filesystem::path& file) {
  const Hdf5File hdf5(file);
  RawFile raw;
  raw.times = hdf5.read_ragged_reals(kTimes);
  raw.units = hdf5.read_ragged_integers(kUnits);
  raw.labels = hdf5.read_integers(kLabels);
  raw.has_speakers = hdf5.has(kSpeaker);
  if (raw.has_speakers) raw.speakers = hdf5.read_integers(kSpeaker);
  if (hdf5.has(kKeys)) raw.class_names = hdf5.rows(kKeys);
  return raw;
}

[[noreturn]] void fail(const std::filesystem::path& file, std::size_t sample, const std::string& reason) {
  throw sdk::TaskError(file.string() + ": sample " + std::to_string(sample) + " " + reason);
}

void check_rows(const std::filesystem::path& file, const char* name, std::size_t rows, std::size_t expected) {
  if (rows != expected) {
    throw sdk::TaskError(file.string() + ": " + name + " has " + std::to_string(rows) + " rows and " + kTimes +
                         " has " + std::to_string(expected));
  }
}

void check_spikes(const std::filesystem::path& file, const Ragged<float>& times, const Ragged<std::uint16_t>& units) {
  for (std::size_t sample = 0; sample < times.rows(); ++sample) {
    if (times.length(sample) != units.length(sample)) {
      fail(file, sample,
           "has " + std::to_string(times.length(sample)) + " times and " + std::to_string(units.length(sample)) +
               " units");
    }
    for (std::uint64_t e = units.offsets[sample]; e < units.offsets[sample + 1]; ++e) {
      if (units.values[e] >= kShdUnits) {
        fail(file, sample, "has a spike of unit " + std::to_string(units.values[e]) + "; units are 0 to 699");
      }
    }
  }
}

void check_labels(const Recordings& recordings) {
  const auto limit = recordings.class_names > 0 ? recordings.class_names : std::size_t{65536};
  for (std::size_t sample = 0; sample < recordings.samples(); ++sample) {
    const std::int32_t label = recordings.label[sample];
    if (label < 0 || static_cast<std::size_t>(label) >= limit) {
      fail(recordings.file, sample,
           "has the label " + std::to_string(label) + " of " + std::to_string(limit) + " classes");
    }
  }
}

/// Moves times and units over, without the events whose time is not finite.
void take_spikes(Ragged<float>&& times, Ragged<std::uint16_t>&& units, Recordings& out) {
  std::uint64_t kept = 0;
  std::uint64_t begin = 0;
  for (std::size_t sample = 0; sample < times.rows(); ++sample) {
    const std::uint64_t end = times.offsets[sample + 1];
    for (std::uint64_t e = begin; e < end; ++e) {
      if (!std::isfinite(times.values[e])) continue;
      times.values[kept] = times.values[e];
      units.values[kept++] = units.values[e];
    }
    times.offsets[sample + 1] = kept;
    begin = end;
  }
  out.dropped = times.values.size() - kept;
  times.values.resize(kept);
  units.values.resize(kept);
  times.values.shrink_to_fit();
  units.values.shrink_to_fit();
  out.offsets = std::move(times.offsets);
  out.time_s = std::move(times.values);
  out.unit = std::move(units.values);
}

}  // namespace

Recordings read_recordings(const std::filesystem::path& file) {
  RawFile raw = read_isolated<RawFile>(file, read_file);
  if (raw.times.rows() == 0) throw sdk::TaskError(file.string() + ": holds no samples");
  check_rows(file, kUnits, raw.units.rows(), raw.times.rows());
  check_rows(file, kLabels, raw.labels.size(), raw.times.rows());
  if (raw.has_speakers) check_rows(file, kSpeaker, raw.speakers.size(), raw.times.rows());
  check_spikes(file, raw.times, raw.units);
  Recordings recordings;
  recordings.file = file;
  recordings.label = std::move(raw.labels);
  recordings.speaker = std::move(raw.speakers);
  recordings.class_names = raw.class_names;
  check_labels(recordings);
  take_spikes(std::move(raw.times), std::move(raw.units), recordings);
  return recordings;
}

}  // namespace hetsyn::tasks
