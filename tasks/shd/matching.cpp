#include "shd/matching.hpp"

#include <algorithm>
#include <hetsyn/error.hpp>
#include <optional>

namespace hetsyn::tasks {
namespace {

/// The place of `name` in the list.
std::optional<std::int32_t> index_of(const std::vector<std::string>& names, const std::string& name) {
  const auto at = std::ranges::find(names, name);
  if (at == names.end()) return std::nullopt;
  return static_cast<std::int32_t>(at - names.begin());
}

std::string file_name(const Recordings& recordings) { return recordings.file.filename().string(); }

void check_labels(const Recordings& train, std::uint32_t classes, const Recordings& other) {
  const auto bad = std::ranges::find_if(
      other.label, [classes](std::int32_t label) { return static_cast<std::uint32_t>(label) >= classes; });
  if (bad == other.label.end()) return;
  throw sdk::TaskError(other.file.string() + ": sample " + std::to_string(bad - other.label.begin()) +
                       " has the label " + std::to_string(*bad) + "; the training file " + file_name(train) + " has " +
                       std::to_string(classes) + " classes");
}

void rename_labels(const Recordings& train, Recordings& other) {
  std::vector<std::optional<std::int32_t>> number_in_training;
  for (const std::string& name : other.names.classes) number_in_training.push_back(index_of(train.names.classes, name));
  for (std::size_t sample = 0; sample < other.samples(); ++sample) {
    const auto label = static_cast<std::size_t>(other.label[sample]);
    if (!number_in_training[label]) {
      throw sdk::TaskError(other.file.string() + ": sample " + std::to_string(sample) + " is of the class '" +
                           other.names.classes[label] + "', which the training file " + file_name(train) +
                           " does not have");
    }
    other.label[sample] = *number_in_training[label];
  }
}

/// "a.h5 names its classes (/extra/keys) and b.h5 does not".
std::string one_sided(const Recordings& a, const Recordings& b, const std::string& does, bool first_does) {
  return file_name(first_does ? a : b) + " " + does + " and " + file_name(first_does ? b : a) + " does not";
}

}  // namespace

void match_classes(const sdk::OpenArgs& args, const Recordings& train, std::uint32_t classes, Recordings& other) {
  const bool train_names = !train.names.classes.empty();
  const bool other_names = !other.names.classes.empty();
  if (train_names && other_names) return rename_labels(train, other);
  check_labels(train, classes, other);
  if (train_names == other_names) return;
  args.warning(one_sided(train, other, "names its classes (" + std::string(spike_file::kKeys) + ")", train_names) +
               "; their labels are taken to mean the same");
}

std::vector<std::string> match_speakers(const sdk::OpenArgs& args, const std::vector<Recordings*>& files) {
  const Recordings *named = nullptr, *unnamed = nullptr;
  for (const Recordings* file : files) {
    if (file->speaker.empty()) continue;
    (file->names.speakers.empty() ? unnamed : named) = file;
  }
  if (named != nullptr && unnamed != nullptr) {
    args.warning(
        one_sided(*named, *unnamed, "names its speakers (" + std::string(spike_file::kSpeakerNames) + ")", true) +
        "; their numbers are taken to mean the same");
  }
  if (named == nullptr || unnamed != nullptr) return {};
  std::vector<std::string> all;
  for (Recordings* file : files) {
    std::vector<std::int32_t> number;
    for (const std::string& name : file->names.speakers) {
      if (!index_of(all, name)) all.push_back(name);
      number.push_back(*index_of(all, name));
    }
    for (std::int32_t& speaker : file->speaker) {
      if (speaker >= 0) speaker = number[static_cast<std::size_t>(speaker)];
    }
  }
  return all;
}

void check_encoders(const sdk::OpenArgs& args, const std::vector<const Recordings*>& files) {
  const Recordings& train = *files.front();
  for (const Recordings* other : files) {
    const std::string &encoder = train.names.encoder, &others = other->names.encoder;
    if (encoder.empty() != others.empty()) {
      args.warning(
          one_sided(train, *other, "says how its spikes were made (\"" + encoder + others + "\")", !encoder.empty()) +
          "; make sure that they fit together");
    } else if (encoder_settings(encoder) != encoder_settings(others)) {
      throw sdk::TaskError(train.file.string() + " was encoded by \"" + encoder + "\" and " + other->file.string() +
                           " by \"" + others + "\"; expected one encoder with the same settings");
    }
  }
}

void check_same_content(const sdk::OpenArgs& args, const std::vector<const Recordings*>& files) {
  for (std::size_t b = 1; b < files.size(); ++b) {
    for (std::size_t a = 0; a < b; ++a) {
      if (files[a]->digest != files[b]->digest) continue;
      args.warning(files[a]->file.string() + " and " + files[b]->file.string() +
                   " hold the same recordings: what is measured on them says nothing about others");
    }
  }
}

}  // namespace hetsyn::tasks
