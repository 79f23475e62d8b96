#include "common/files/spike_file_format.hpp"

#include <hetsyn/error.hpp>
#include <regex>
#include <set>

namespace hetsyn::tasks {
namespace {

/// The texts of a dataset if they are all different, otherwise none; `count` becomes its number of rows.
std::vector<std::string> distinct_texts(const Hdf5Reader& hdf5, const std::filesystem::path& file, const char* dataset,
                                        const char* things, std::size_t& count) {
  count = hdf5.has(dataset) ? hdf5.rows(dataset) : 0;
  if (count == 0) return {};
  if (count > kMostNames) {
    throw sdk::TaskError(file.string() + ": " + dataset + " claims " + std::to_string(count) + " " + things +
                         "; at most " + std::to_string(kMostNames) + " make sense");
  }
  std::vector<std::string> texts = hdf5.read_texts(dataset, count);
  if (std::set<std::string>(texts.begin(), texts.end()).size() != texts.size()) texts.clear();
  return texts;
}

}  // namespace

void SpikeFileNames::send(Channel& channel) const {
  channel.put(class_count);
  channel.put(classes);
  channel.put(speakers);
  channel.put(encoder);
}

SpikeFileNames SpikeFileNames::receive(Channel& channel) {
  SpikeFileNames names;
  names.class_count = channel.get_number();
  names.classes = channel.get_texts();
  names.speakers = channel.get_texts();
  names.encoder = channel.get_text();
  return names;
}

SpikeFileNames read_spike_file_names(const Hdf5Reader& hdf5, const std::filesystem::path& file) {
  SpikeFileNames names;
  std::size_t speaker_count = 0;
  names.classes = distinct_texts(hdf5, file, spike_file::kKeys, "classes", names.class_count);
  names.speakers = distinct_texts(hdf5, file, spike_file::kSpeakerNames, "speakers", speaker_count);
  names.encoder = hdf5.read_text_attribute(spike_file::kEncoder);
  return names;
}

SpikeFileNames read_spike_file_names(const std::filesystem::path& file) {
  return read_isolated<SpikeFileNames>(kNamesReader.name, file);
}

void send_spike_file_names(Channel& channel, const std::filesystem::path& file) {
  const SpikeFileNames names = read_spike_file_names(Hdf5Reader(file), file);
  channel.begin_part();
  names.send(channel);
}

std::string encoder_settings(const std::string& encoder) {
  static const std::regex seed(" seed=[0-9]+");
  return std::regex_replace(encoder, seed, "");
}

}  // namespace hetsyn::tasks
