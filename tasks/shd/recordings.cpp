#include "shd/recordings.hpp"

#include <algorithm>
#include <hetsyn/error.hpp>
#include <limits>
#include <string>
#include <utility>

#include "base/hdf5_reader.hpp"

namespace hetsyn::tasks {
namespace {

// Two hundred times as many as in SSC; with more, the header is damaged.
constexpr std::size_t kMostSamples = std::size_t{1} << 24;

using spike_file::kLabels;
using spike_file::kSpeaker;
using spike_file::kTimes;
using spike_file::kUnits;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& reason) {
  throw sdk::TaskError(file.string() + ": " + reason);
}

/// The data of the file apart from its spikes, and the precision of its times.
struct Header {
  std::vector<std::int64_t> labels, speakers;
  TimeType time_type = TimeType::half;
  std::vector<float> half_time_s;
  SpikeFileNames names;

  void send(Channel& channel) const {
    channel.put(labels);
    channel.put(speakers);
    channel.put(static_cast<std::uint64_t>(time_type));
    channel.put(half_time_s);
    names.send(channel);
  }
  static Header receive(Channel& channel) {
    Header header;
    header.labels = channel.get_vector<std::int64_t>();
    header.speakers = channel.get_vector<std::int64_t>();
    header.time_type = static_cast<TimeType>(channel.get_number());
    header.half_time_s = channel.get_vector<float>();
    header.names = SpikeFileNames::receive(channel);
    return header;
  }
};

// ---- in the reader's process -------------------------------------------------------------------------------------

void check_rows(const Hdf5Reader& hdf5, const std::filesystem::path& file, const char* name, std::size_t expected) {
  const std::size_t rows = hdf5.rows(name);
  if (rows == expected) return;
  fail(file,
       std::string(name) + " has " + std::to_string(rows) + " rows and " + kTimes + " has " + std::to_string(expected));
}

TimeType time_type(const Hdf5Reader::Element& element) {
  if (element.bytes == sizeof(std::uint16_t)) return TimeType::half;
  return element.bytes <= sizeof(float) ? TimeType::single_precision : TimeType::double_precision;
}

Header read_header(const Hdf5Reader& hdf5, const std::filesystem::path& file) {
  const std::size_t samples = hdf5.rows(kTimes);
  if (samples == 0) fail(file, "holds no samples");
  if (samples > kMostSamples) {
    fail(file, std::string(kTimes) + " claims " + std::to_string(samples) + " rows; at most " +
                   std::to_string(kMostSamples) + " make sense");
  }
  check_rows(hdf5, file, kUnits, samples);
  check_rows(hdf5, file, kLabels, samples);
  Header header;
  header.time_type = time_type(hdf5.ragged_element(kTimes));
  header.half_time_s = hdf5.half_precision_values(kTimes);
  header.labels = hdf5.read_integers(kLabels, samples);
  if (hdf5.has(kSpeaker)) {
    check_rows(hdf5, file, kSpeaker, samples);
    header.speakers = hdf5.read_integers(kSpeaker, samples);
  }
  header.names = read_spike_file_names(hdf5, file);
  return header;
}

template <class T>
void send(Channel& channel, const Ragged<T>& ragged) {
  channel.put(ragged.offsets);
  channel.put(ragged.values);
}

/// Reads units with the width in the file, checks them, and narrows them.
Ragged<std::uint16_t> read_units(const Hdf5Reader& hdf5, const std::filesystem::path& file, std::size_t first,
                                 std::size_t count) {
  const Hdf5Reader::Element element = hdf5.ragged_element(kUnits);
  if (element.is_signed) return narrowed_units(file, first, hdf5.read_ragged<std::int64_t>(kUnits, first, count));
  if (element.bytes <= sizeof(std::uint16_t)) return hdf5.read_ragged<std::uint16_t>(kUnits, first, count);
  return narrowed_units(file, first, hdf5.read_ragged<std::uint64_t>(kUnits, first, count));
}

/// Reads the spikes of a block and sends them.
void send_block(Channel& channel, const Hdf5Reader& hdf5, const std::filesystem::path& file, TimeType type,
                std::size_t first, std::size_t count) {
  const Ragged<std::uint16_t> units = read_units(hdf5, file, first, count);
  const auto send_with = [&](const auto& times) {
    channel.begin_part();
    send(channel, times);
    send(channel, units);
  };
  switch (type) {
    case TimeType::half: return send_with(hdf5.read_ragged_patterns(kTimes, first, count));
    case TimeType::single_precision: return send_with(hdf5.read_ragged<float>(kTimes, first, count));
    case TimeType::double_precision: return send_with(hdf5.read_ragged<double>(kTimes, first, count));
  }
}

// ---- in the engine -----------------------------------------------------------------------------------------------

template <class T>
Ragged<T> receive_rows(Channel& channel) {
  Ragged<T> ragged;
  ragged.offsets = channel.get_vector<std::uint64_t>();
  ragged.values = channel.get_vector<T>();
  return ragged;
}

RawSpikes receive_spikes(Channel& channel, TimeType type) {
  RawSpikes raw;
  switch (type) {
    case TimeType::half: raw.time = receive_rows<std::uint16_t>(channel); break;
    case TimeType::single_precision: raw.time = receive_rows<float>(channel); break;
    case TimeType::double_precision: raw.time = receive_rows<double>(channel); break;
  }
  raw.unit = receive_rows<std::uint16_t>(channel);
  return raw;
}

/// Converts numbers from `least` to `most` to 32 bits; messages about others call them `what`.
std::vector<std::int32_t> checked_numbers(const std::filesystem::path& file, const char* what,
                                          const std::vector<std::int64_t>& values, std::int64_t least,
                                          std::int64_t most) {
  const auto bad = std::ranges::find_if(values, [&](std::int64_t value) { return value < least || value > most; });
  if (bad != values.end()) {
    fail(file, "sample " + std::to_string(bad - values.begin()) + " has the " + what + " " + std::to_string(*bad) +
                   "; expected " + std::to_string(least) + " to " + std::to_string(most));
  }
  return {values.begin(), values.end()};
}

/// The largest valid label: by the names of the classes, or the largest that is plausible.
std::int64_t largest_label(const Header& header) {
  if (header.names.class_count > 0) return static_cast<std::int64_t>(header.names.class_count) - 1;
  const auto most = static_cast<std::int64_t>(kMostNames) - 1;
  std::int64_t largest = 0;
  for (const std::int64_t label : header.labels) largest = label <= most ? std::max(largest, label) : largest;
  return largest;
}

std::int64_t largest_speaker(const Header& header) {
  if (!header.names.speakers.empty()) return static_cast<std::int64_t>(header.names.speakers.size()) - 1;
  return std::numeric_limits<std::int32_t>::max();
}

/// HDF5 crashes on some damaged files and may write wrong data before, so everything that is received is checked.
void check_header(const Header& header, const std::filesystem::path& file) {
  const bool half = header.time_type == TimeType::half;
  if (!(header.speakers.empty() || header.speakers.size() == header.labels.size()) ||
      header.time_type > TimeType::double_precision || header.half_time_s.size() != (half ? 65536 : 0) ||
      header.names.class_count > kMostNames || header.names.speakers.size() > kMostNames ||
      !(header.names.classes.empty() || header.names.classes.size() == header.names.class_count)) {
    fail(file, "contradicts itself");
  }
}

void add_to_digest(Digester& digester, const Header& header) {
  digester.add(header.labels);
  digester.add(header.speakers);
  digester.add(header.names.classes);
  digester.add(header.names.speakers);
  digester.add(header.names.encoder);
}

void add_to_digest(Digester& digester, const SpikeBlock& block) {
  digester.add(block.offsets);
  digester.add(block.unit);
  std::visit([&](const auto& times) { digester.add(times); }, block.time);
}

/// Receives the whole file.
Recordings receive_file(Channel& channel, const std::filesystem::path& file) {
  channel.take_part();
  Header header = Header::receive(channel);
  check_header(header, file);
  Recordings recordings;
  recordings.file = file;
  recordings.label = checked_numbers(file, "label", header.labels, 0, largest_label(header));
  recordings.speaker = checked_numbers(file, "speaker", header.speakers, -1, largest_speaker(header));
  Digester digester;
  add_to_digest(digester, header);
  recordings.time_type = header.time_type;
  recordings.half_time_s = std::move(header.half_time_s);
  recordings.names = std::move(header.names);
  const std::size_t samples = recordings.samples();
  for (std::size_t first = 0; first < samples; first += Recordings::kBlock) {
    channel.take_part();
    recordings.blocks.push_back(check_spikes(file, first, std::min(Recordings::kBlock, samples - first),
                                             receive_spikes(channel, recordings.time_type), recordings.half_time_s));
    add_to_digest(digester, recordings.blocks.back());
  }
  recordings.digest = digester.digest();
  return recordings;
}

}  // namespace

void send_recordings(Channel& channel, const std::filesystem::path& file) {
  const Hdf5Reader hdf5(file);
  const Header header = read_header(hdf5, file);
  channel.begin_part();
  header.send(channel);
  const std::size_t samples = header.labels.size();
  for (std::size_t first = 0; first < samples; first += Recordings::kBlock) {
    send_block(channel, hdf5, file, header.time_type, first, std::min(Recordings::kBlock, samples - first));
  }
}

Recordings read_recordings(const std::filesystem::path& file) {
  Recordings recordings;
  run_isolated(kRecordingsReader.name, file, [&](Channel& channel) { recordings = receive_file(channel, file); });
  return recordings;
}

}  // namespace hetsyn::tasks
