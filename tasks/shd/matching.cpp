#include "shd/matching.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <hetsyn/error.hpp>
#include <map>

namespace hetsyn::tasks {
namespace {

using Numbers = std::map<std::string, std::int32_t>;  // by name

std::string file_name(const Recordings& recordings) { return recordings.file.filename().string(); }

void check_labels(const Recordings& train, std::uint32_t classes, const Recordings& other) {
  const auto bad = std::ranges::find_if(
      other.label, [classes](std::int32_t label) { return static_cast<std::uint32_t>(label) >= classes; });
  if (bad == other.label.end()) return;
  throw sdk::TaskError(fmt::format("{}: sample {} has the label {}; the training file {} has {} classes",
                                   other.file.string(), bad - other.label.begin(), *bad, file_name(train), classes));
}

void rename_labels(const Recordings& train, Recordings& other) {
  Numbers in_training;
  for (const std::string& name : train.names.classes) {
    in_training.emplace(name, static_cast<std::int32_t>(in_training.size()));
  }
  for (std::size_t sample = 0; sample < other.samples(); ++sample) {
    const std::string& name = other.names.classes[static_cast<std::size_t>(other.label[sample])];
    const auto found = in_training.find(name);
    if (found == in_training.end()) {
      throw sdk::TaskError(fmt::format("{}: sample {} is of the class '{}', which the training file {} does not have",
                                       other.file.string(), sample, name, file_name(train)));
    }
    other.label[sample] = found->second;
  }
}

/// "a.h5 names its classes and b.h5 does not", or the other way round.
std::string one_sided(const Recordings& a, const Recordings& b, const std::string& does, bool first_does) {
  return fmt::format("{} {} and {} does not", file_name(first_does ? a : b), does, file_name(first_does ? b : a));
}

}  // namespace

void match_classes(const sdk::OpenArgs& args, const Recordings& train, std::uint32_t classes, Recordings& other) {
  const bool train_names = !train.names.classes.empty();
  const bool other_names = !other.names.classes.empty();
  if (train_names && other_names) return rename_labels(train, other);
  check_labels(train, classes, other);
  if (train_names == other_names) return;
  const std::string does = fmt::format("names its classes ({})", spike_file::kKeys);
  args.warning(one_sided(train, other, does, train_names) + "; their labels are taken to mean the same");
}

std::vector<std::string> match_speakers(const sdk::OpenArgs& args, const std::vector<Recordings*>& files) {
  const Recordings *named = nullptr, *unnamed = nullptr;
  for (const Recordings* file : files) {
    if (file->speaker.empty()) continue;
    (file->names.speakers.empty() ? unnamed : named) = file;
  }
  if (named != nullptr && unnamed != nullptr) {
    const std::string does = fmt::format("names its speakers ({})", spike_file::kSpeakerNames);
    args.warning(one_sided(*named, *unnamed, does, true) + "; their numbers are taken to mean the same");
  }
  if (named == nullptr || unnamed != nullptr) return {};
  std::vector<std::string> all;
  Numbers number_of;
  for (Recordings* file : files) {
    for (const std::string& name : file->names.speakers) {
      if (number_of.emplace(name, static_cast<std::int32_t>(all.size())).second) all.push_back(name);
    }
    for (std::int32_t& speaker : file->speaker) {
      if (speaker >= 0) speaker = number_of.at(file->names.speakers[static_cast<std::size_t>(speaker)]);
    }
  }
  return all;
}

void check_encoders(const sdk::OpenArgs& args, const std::vector<const Recordings*>& files) {
  const Recordings& train = *files.front();
  for (const Recordings* other : files) {
    const std::string &encoder = train.names.encoder, &others = other->names.encoder;
    if (encoder.empty() != others.empty()) {
      const std::string does = fmt::format("says how its spikes were made (\"{}{}\")", encoder, others);
      args.warning(one_sided(train, *other, does, !encoder.empty()) + "; make sure that they fit together");
    } else if (encoder_settings(encoder) != encoder_settings(others)) {
      throw sdk::TaskError(
          fmt::format("{} was encoded by \"{}\" and {} by \"{}\"; expected one encoder with the same settings",
                      train.file.string(), encoder, other->file.string(), others));
    }
  }
}

void check_same_content(const sdk::OpenArgs& args, const std::vector<const Recordings*>& files) {
  for (std::size_t b = 1; b < files.size(); ++b) {
    for (std::size_t a = 0; a < b; ++a) {
      if (files[a]->digest != files[b]->digest) continue;
      args.warning(fmt::format("{} and {} hold the same recordings: what is measured on them says nothing about others",
                               files[a]->file.string(), files[b]->file.string()));
    }
  }
}

}  // namespace hetsyn::tasks
