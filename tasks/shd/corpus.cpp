#include "shd/corpus.hpp"

#include <algorithm>
#include <hetsyn/error.hpp>
#include <system_error>

#include "common/classes.hpp"
#include "common/standin/espeak.hpp"
#include "common/standin/locate.hpp"
#include "shd/known_corpora.hpp"
#include "shd/matching.hpp"
#include "shd/standin.hpp"

namespace hetsyn::tasks {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTrainFile = kKnownCorpora.front().train_file;
constexpr const char* kTestFile = "shd_test.h5";

std::vector<std::string> wanted_files(const sdk::OpenArgs& args) {
  std::vector<std::string> files{args.text("train_file"), args.text("test_file")};
  if (!args.text("validation_file").empty()) files.push_back(args.text("validation_file"));
  return files;
}

void make_standin(const sdk::OpenArgs& args, const fs::path& directory) {
  const Report report = [&](const std::string& progress) { args.info(progress); };
  const SpokenDigits digits = shd_standin();
  write_spoken_digits(directory / kTrainFile, digits.train, args.threads(), report);
  write_spoken_digits(directory / kTestFile, digits.test, args.threads(), report);
}

/// The corpus that has a training file of this name; SHD if there is none.
const KnownCorpus& corpus_of(const std::string& train_file) {
  const auto* known = std::ranges::find(kKnownCorpora, train_file, &KnownCorpus::train_file);
  return known == kKnownCorpora.end() ? kKnownCorpora.front() : *known;
}

CorpusQuery query(const sdk::OpenArgs& args) {
  const KnownCorpus& known = corpus_of(args.text("train_file"));
  CorpusQuery corpus;
  corpus.name = known.name;
  corpus.title = known.title;
  corpus.missing = [files = wanted_files(args)](const fs::path& directory) {
    std::string missing;
    for (const std::string& file : files) {
      std::error_code none;
      if (!fs::exists(directory / file, none)) missing += (missing.empty() ? "" : ", ") + file;
    }
    return missing;
  };
  corpus.remedy =
      "Set task.path or HETSYN_DATA to the folder that holds the files, and task.train_file and task.test_file where "
      "they have other names. " +
      corpus.title + " is free (CC BY 4.0): bin/fetch-data " + corpus.name + " " + known.origin;
  // There is no stand-in for files with other names: they are the user's own, or another corpus.
  if (wanted_files(args) == std::vector<std::string>{kTrainFile, kTestFile}) {
    corpus.standin_lacks = missing_espeak;
    corpus.standin = [&args](const fs::path& directory) { make_standin(args, directory); };
    corpus.standin_time = "two minutes on two cores";
  }
  return corpus;
}

/// The number of names of classes in the training file, or its largest label + 1.
std::uint32_t count_classes(const Recordings& train) {
  if (train.names.class_count > 0) return static_cast<std::uint32_t>(train.names.class_count);
  return static_cast<std::uint32_t>(*std::ranges::max_element(train.label)) + 1;
}

/// A file without names has as many classes as its largest label implies. If most of these have no samples, that label
/// is probably wrong.
void warn_of_classes(const sdk::OpenArgs& args, const Corpus& corpus) {
  const Recordings& train = corpus.train;
  std::vector<std::size_t> samples(corpus.classes);
  for (const std::int32_t label : train.label) ++samples[static_cast<std::size_t>(label)];
  const auto trained = std::ranges::count_if(samples, [](std::size_t count) { return count > 0; });
  if (train.names.class_count == 0 && 2 * static_cast<std::size_t>(trained) < samples.size()) {
    const auto largest = std::ranges::max_element(train.label);
    return args.warning(train.file.string() + ": sample " + std::to_string(largest - train.label.begin()) +
                        " has the label " + std::to_string(*largest) + ", by which there are " +
                        std::to_string(corpus.classes) + " classes, and only " + std::to_string(trained) +
                        " of them have samples; is it right? (The file does not name its classes in " +
                        spike_file::kKeys + ")");
  }
  const std::string untrained = untrained_classes(samples, corpus.class_names);
  if (!untrained.empty()) args.warning(train.file.string() + ": has no sample to train on of " + untrained);
}

std::string corpus_name(const Corpus& corpus) {
  const bool validates = !corpus.validation.empty();
  const auto has_the_numbers = [&](const KnownCorpus& known) {
    return corpus.classes == known.classes && corpus.train.samples() == known.train &&
           corpus.test.samples() == known.test &&
           (!validates || corpus.validation.front().samples() == known.validation);
  };
  const auto* known = std::ranges::find_if(kKnownCorpora, has_the_numbers);
  if (known != kKnownCorpora.end()) return known->title;
  return corpus.train.file.filename().string() + ", " + corpus.test.file.filename().string();
}

Recordings read_file(const sdk::OpenArgs& args, const fs::path& file) {
  Recordings recordings = read_recordings(file);
  if (recordings.dropped() > 0) {
    args.warning(file.string() + ": " + std::to_string(recordings.dropped()) +
                 " spikes without a finite time were left out");
  }
  return recordings;
}

}  // namespace

std::vector<sdk::Key> corpus_keys() {
  using sdk::Key;
  std::vector<Key> keys = location_keys("shd");
  keys.push_back(Key::text("train_file", kTrainFile, "Training file").placement());
  keys.push_back(Key::text("test_file", kTestFile, "Test file").placement());
  keys.push_back(
      Key::text("validation_file", "", "Validation file (ssc_valid.h5, asc_valid.h5); empty: none").placement());
  return keys;
}

std::vector<const Recordings*> Corpus::files() const {
  std::vector<const Recordings*> all{&train, &test};
  for (const Recordings& recordings : validation) all.push_back(&recordings);
  return all;
}

Digest Corpus::digest() const {
  Digester digester;
  for (const Recordings* recordings : files()) digester.add(recordings->digest);
  return digester.digest();
}

Corpus read_corpus(const sdk::OpenArgs& args) {
  const auto [directory, standin] = locate_corpus(args, query(args));
  Corpus corpus;
  corpus.standin = standin;
  corpus.train = read_file(args, directory / args.text("train_file"));
  corpus.test = read_file(args, directory / args.text("test_file"));
  if (!args.text("validation_file").empty()) {
    corpus.validation.push_back(read_file(args, directory / args.text("validation_file")));
  }
  check_same_content(args, corpus.files());
  check_encoders(args, corpus.files());
  corpus.classes = count_classes(corpus.train);
  corpus.class_names = corpus.train.names.classes;
  std::vector<Recordings*> files{&corpus.train, &corpus.test};
  for (Recordings& recordings : corpus.validation) files.push_back(&recordings);
  for (std::size_t i = 1; i < files.size(); ++i) match_classes(args, corpus.train, corpus.classes, *files[i]);
  corpus.speaker_names = match_speakers(args, files);
  warn_of_classes(args, corpus);
  corpus.name = standin ? "synthetic digits by espeak-ng, as spikes" : corpus_name(corpus);
  return corpus;
}

}  // namespace hetsyn::tasks
