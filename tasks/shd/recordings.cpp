#include "shd/recordings.hpp"

#include <algorithm>
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
// Two hundred times SSC, and as many classes as a label of 16 bits can name: more is a damaged header.
constexpr std::size_t kMostSamples = std::size_t{1} << 24;
constexpr std::size_t kMostClasses = std::size_t{1} << 16;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& reason) {
  throw sdk::TaskError(file.string() + ": " + reason);
}

/// What the file says about its recordings as a whole, and how its times are stored.
struct Header {
  std::vector<std::int32_t> labels, speakers;
  std::vector<float> half_time_s;
  std::uint64_t class_names = 0;

  void send(Channel& channel) const {
    channel.put(labels);
    channel.put(speakers);
    channel.put(half_time_s);
    channel.put(class_names);
  }
  static Header receive(Channel& channel) {
    Header header;
    header.labels = channel.get_vector<std::int32_t>();
    header.speakers = channel.get_vector<std::int32_t>();
    header.half_time_s = channel.get_vector<float>();
    header.class_names = channel.get_number();
    return header;
  }
};

// ---- in the child ------------------------------------------------------------------------------------------------

void check_rows(const Hdf5File& hdf5, const std::filesystem::path& file, const char* name, std::size_t expected) {
  const std::size_t rows = hdf5.rows(name);
  if (rows == expected) return;
  fail(file,
       std::string(name) + " has " + std::to_string(rows) + " rows and " + kTimes + " has " + std::to_string(expected));
}

Header read_header(const Hdf5File& hdf5, const std::filesystem::path& file) {
  const std::size_t samples = hdf5.rows(kTimes);
  if (samples == 0) fail(file, "holds no samples");
  if (samples > kMostSamples) {
    fail(file, std::string(kTimes) + " claims " + std::to_string(samples) + " rows; at most " +
                   std::to_string(kMostSamples) + " make sense");
  }
  check_rows(hdf5, file, kUnits, samples);
  check_rows(hdf5, file, kLabels, samples);
  Header header;
  header.half_time_s = hdf5.half_precision_values(kTimes);
  header.labels = hdf5.read_integers(kLabels);
  if (hdf5.has(kSpeaker)) {
    check_rows(hdf5, file, kSpeaker, samples);
    header.speakers = hdf5.read_integers(kSpeaker);
  }
  if (hdf5.has(kKeys)) header.class_names = hdf5.rows(kKeys);
  if (header.class_names > kMostClasses) {
    fail(file, std::string(kKeys) + " claims " + std::to_string(header.class_names) + " classes; at most " +
                   std::to_string(kMostClasses) + " make sense");
  }
  return header;
}

template <class T>
void send(Channel& channel, const Ragged<T>& ragged) {
  channel.put(ragged.offsets);
  channel.put(ragged.values);
}

/// Reads the spikes of a block and sends them.
void send_block(Channel& channel, const Hdf5File& hdf5, bool half, std::size_t first, std::size_t count) {
  const Ragged<std::uint16_t> units = hdf5.read_ragged_integers(kUnits, first, count);
  if (half) {
    const Ragged<std::uint16_t> patterns = hdf5.read_ragged_patterns(kTimes, first, count);
    channel.begin_part();
    send(channel, patterns);
  } else {
    const Ragged<float> times = hdf5.read_ragged_reals(kTimes, first, count);
    channel.begin_part();
    send(channel, times);
  }
  send(channel, units);
}

void send_file(Channel& channel, const std::filesystem::path& file) {
  const Hdf5File hdf5(file);
  const Header header = read_header(hdf5, file);
  channel.begin_part();
  header.send(channel);
  const std::size_t samples = header.labels.size();
  for (std::size_t first = 0; first < samples; first += Recordings::kBlock) {
    send_block(channel, hdf5, !header.half_time_s.empty(), first, std::min(Recordings::kBlock, samples - first));
  }
}

// ---- in the engine -----------------------------------------------------------------------------------------------

template <class T>
void receive(Channel& channel, Ragged<T>& ragged) {
  ragged.offsets = channel.get_vector<std::uint64_t>();
  ragged.values = channel.get_vector<T>();
}

void check_labels(const Recordings& recordings) {
  const auto limit = recordings.class_names > 0 ? recordings.class_names : kMostClasses;
  for (std::size_t sample = 0; sample < recordings.samples(); ++sample) {
    const std::int32_t label = recordings.label[sample];
    if (label >= 0 && static_cast<std::size_t>(label) < limit) continue;
    fail(recordings.file, "sample " + std::to_string(sample) + " has the label " + std::to_string(label) + " of " +
                              std::to_string(limit) + " classes");
  }
}

/// The whole file. HDF5 crashes on some damaged files, and may have left a mess before: nothing received is believed.
Recordings receive_file(Channel& channel, const std::filesystem::path& file) {
  channel.take_part();
  Header header = Header::receive(channel);
  const std::size_t samples = header.labels.size();
  if (!(header.speakers.empty() || header.speakers.size() == samples) ||
      !(header.half_time_s.empty() || header.half_time_s.size() == 65536)) {
    fail(file, "contradicts itself");
  }
  Recordings recordings;
  recordings.file = file;
  recordings.label = std::move(header.labels);
  recordings.speaker = std::move(header.speakers);
  recordings.half_time_s = std::move(header.half_time_s);
  recordings.class_names = header.class_names;
  check_labels(recordings);
  const bool half = !recordings.half_time_s.empty();
  for (std::size_t first = 0; first < samples; first += Recordings::kBlock) {
    channel.take_part();
    RawSpikes raw;
    if (half) {
      receive(channel, raw.half);
    } else {
      receive(channel, raw.time_s);
    }
    receive(channel, raw.unit);
    recordings.blocks.push_back(check_spikes(file, first, std::min(Recordings::kBlock, samples - first), std::move(raw),
                                             recordings.half_time_s));
  }
  return recordings;
}

}  // namespace

Recordings read_recordings(const std::filesystem::path& file) {
  Recordings recordings;
  run_isolated(
      file, [&](Channel& channel) { send_file(channel, file); },
      [&](Channel& channel) { recordings = receive_file(channel, file); });
  return recordings;
}

}  // namespace hetsyn::tasks
