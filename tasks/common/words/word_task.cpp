#include "common/words/word_task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <hetsyn/error.hpp>
#include <iterator>
#include <map>
#include <utility>

#include "common/lost_events.hpp"
#include "common/standin/locate.hpp"
#include "common/words/damage.hpp"
#include "common/words/lower_case.hpp"

namespace hetsyn::tasks {
namespace {

constexpr const char* kDataName = "data_name";

std::vector<std::filesystem::path> files_of(const WordCorpus& corpus) {
  std::vector<std::filesystem::path> files;
  std::ranges::transform(corpus.words, std::back_inserter(files), [](const Word& word) { return word.file; });
  return files;
}

/// A result has the corpus's name only if the numbers of recordings are those of the corpus.
std::string name_data(const sdk::OpenArgs& args, const WordCorpus& corpus, const Layout& layout) {
  const std::string wanted = args.text(kDataName);
  const PartSizes count = corpus.count();
  const bool whole = !corpus.standin && std::ranges::find(layout.nominal, count) != layout.nominal.end();
  const std::string claimed = lower_case(wanted);
  if (!whole && (claimed == lower_case(layout.corpus) || claimed == lower_case(layout.title))) {
    throw sdk::ConfigError(kDataName, "'" + wanted + "' has other numbers of recordings than are here");
  }
  const std::string others = "other recordings in the layout of " + layout.title + " (" + std::to_string(count.train) +
                             " + " + std::to_string(count.test) + ")";
  const std::string name = corpus.standin    ? "synthetic speech by espeak-ng"
                           : !wanted.empty() ? wanted
                           : whole           ? layout.title
                                             : others;
  return args.text("split") == "speakers" ? name + ", split by speakers" : name;
}

/// Warns of recordings that are in the training set and in another one.
void warn_of_shared_recordings(const sdk::OpenArgs& args, const WordCorpus& corpus, const WordSplits& splits,
                               const std::vector<Digest>& contents) {
  std::map<Digest, std::uint32_t> trained;
  for (const std::uint32_t word : splits.train) trained.emplace(contents[word], word);
  for (const auto& [split, name] : {std::pair{&splits.test, "test"}, std::pair{&splits.validation, "validate"}}) {
    const auto is_trained = [&](std::uint32_t word) { return trained.contains(contents[word]); };
    const auto first = std::ranges::find_if(*split, is_trained);
    if (first == split->end()) continue;
    args.warning(std::to_string(std::ranges::count_if(*split, is_trained)) + " of " + std::to_string(split->size()) +
                 " recordings to " + name + " on hold the same as one to train on, such as " +
                 corpus.words[*first].file.string() + " and " +
                 corpus.words[trained.at(contents[*first])].file.string());
  }
}

/// Reports spikes after the last step; throws if no others are left to train on.
void check_spikes(const sdk::OpenArgs& args, const EncodedWords& encoded, const WordSplits& splits) {
  const auto has_spikes = [&](std::uint32_t word) { return encoded.offsets[word] < encoded.offsets[word + 1]; };
  if (std::ranges::none_of(splits.train, has_spikes)) {
    throw sdk::TaskError("no recording to train on has a spike within task.duration_ms; are they silent?");
  }
  if (encoded.cut == 0) return;
  const std::uint64_t all = encoded.unit.size() + encoded.cut;
  tell_lost_events(args, static_cast<double>(encoded.cut) / static_cast<double>(all),
                   fmt::format("{} of {} spikes never reach the network, as they come after task.duration_ms = {:g}",
                               encoded.cut, all, args.real("duration_ms")));
}

}  // namespace

std::vector<sdk::Key> WordTask::keys(const std::string& name, std::vector<sdk::Key> own) {
  std::vector<sdk::Key> all = location_keys(name);
  const auto add = [&](std::vector<sdk::Key> more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  add(std::move(own));
  add(split_keys());
  add(encoder_keys());
  add(damage_keys());
  add(cache_keys());
  all.push_back(sdk::Key::text(kDataName, "", "What results say they are about; empty: by the numbers of recordings")
                    .presentation());
  return all;
}

WordTask::WordTask(const sdk::OpenArgs& args, const Layout& layout)
    : corpus_(find_words(args, layout)),
      splits_(divide_words(corpus_, args)),
      encoder_(make_encoder(args)),
      data_name_(name_data(args, corpus_, layout)) {
  ReadWords read = encode_words(args, layout.name, files_of(corpus_), encoder_);
  encoded_ = std::move(read.words);
  damage_ = std::move(read.damage);
  digest_ = data_digest_text(corpus_.digest(read.contents));
  if (!encoded_.damaged.empty()) {
    leave_out(splits_, encoded_.damaged);
    data_name_ += ", without " + std::to_string(encoded_.damaged.size()) + " damaged recordings";
  }
  warn_of_shared_recordings(args, corpus_, splits_, read.contents);
  check_spikes(args, encoded_, splits_);
}

sdk::Info WordTask::info() const {
  using Role = sdk::Split::Role;
  sdk::Info info;
  info.inputs = encoder_.channels;
  info.outputs = static_cast<std::uint32_t>(corpus_.classes.size());
  info.steps = encoder_.steps;
  info.dt_ms = 1.0;  // as published: a step of the encoder is a step of Δt = 1 ms of the network, so that τ is longer
                     // in data time
  info.step_ms = encoder_.step_ms;
  info.splits = {{"train", Role::train, splits_.train.size()}, {"test", Role::test, splits_.test.size()}};
  if (!splits_.validation.empty()) info.splits.push_back({"validation", Role::validation, splits_.validation.size()});
  info.losses = {sdk::Loss::softmax_sum()};
  info.metrics = {sdk::MetricInfo::accuracy(sdk::Decision::softmax_sum())};
  info.data_name = data_name_;
  info.standin = corpus_.standin;
  info.static_samples = true;
  info.skipped = encoded_.damaged.size();
  info.skipped_why = damage_;
  info.data_digest = digest_;
  info.class_names = corpus_.classes;
  info.group_names = corpus_.speakers;
  info.events = encoded_.unit.size() + encoded_.cut;
  info.events_lost = encoded_.cut;
  return info;
}

void WordTask::fill(const sdk::Request& request, sdk::SampleWriter& out) const {
  const std::uint32_t i = word(request.split, request.index);
  for (std::uint64_t e = encoded_.offsets[i]; e < encoded_.offsets[i + 1]; ++e) {
    sdk::warped_spike(request, out, encoded_.unit[e], encoded_.step[e]);
  }
  out.label(corpus_.words[i].label);
}

sdk::SampleInfo WordTask::sample_info(std::uint32_t split_index, std::uint64_t index) const {
  const Word& found = corpus_.words[word(split_index, index)];
  return {found.label, found.speaker};
}

std::uint32_t WordTask::word(std::uint32_t split_index, std::uint64_t index) const {
  const auto& split = split_index == 0 ? splits_.train : split_index == 1 ? splits_.test : splits_.validation;
  return split[index];
}

}  // namespace hetsyn::tasks
