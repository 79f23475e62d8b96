#include "common/words/corpus.hpp"

#include <algorithm>
#include <hetsyn/error.hpp>
#include <map>
#include <set>
#include <utility>

#include "common/classes.hpp"
#include "common/standin/espeak.hpp"
#include "common/standin/locate.hpp"
#include "common/words/audio_tree.hpp"
#include "common/words/lower_case.hpp"

namespace hetsyn::tasks {
namespace {

namespace fs = std::filesystem;

/// A file of the tree with what its path contains.
struct Found {
  fs::path file;  ///< relative
  PathReading reading;
};

struct Scanned {
  AudioTree tree;
  std::vector<Found> words;
  std::vector<fs::path> odd_names;
};

std::vector<std::string> path_components(const fs::path& relative) {
  std::vector<std::string> components;
  for (const fs::path& component : relative.parent_path()) components.push_back(lower_case(component.string()));
  components.push_back(lower_case(relative.stem().string()));
  return components;
}

Scanned scan(const fs::path& directory, const Layout& layout) {
  Scanned scanned{find_audio_files(directory), {}, {}};
  for (const fs::path& file : scanned.tree.files) {
    const PathReading reading = layout.read_path(path_components(file));
    if (reading.kind == PathReading::Kind::word) scanned.words.push_back({file, reading});
    if (reading.kind == PathReading::Kind::odd_name) scanned.odd_names.push_back(file);
  }
  return scanned;
}

/// The folder above "train" or "test".
fs::path root_of(const Found& found) {
  fs::path root;
  auto component = found.file.begin();
  for (std::size_t i = 0; i < found.reading.root; ++i) root /= *component++;
  return root;
}

/// A message about two folders with the same part of the same collection, which are two corpora; empty if there are
/// none.
std::string two_corpora(const Scanned& scanned) {
  std::map<std::pair<Part, std::string>, fs::path> roots;
  for (const Found& found : scanned.words) {
    const fs::path root = root_of(found);
    const auto [place, is_new] = roots.try_emplace({found.reading.part, found.reading.collection}, root);
    if (!is_new && place->second != root) {
      return "single corpus: " + (scanned.tree.root / place->second).string() + " and " +
             (scanned.tree.root / root).string() + " are two";
    }
  }
  return {};
}

/// The reason why a folder is not the corpus, for CorpusQuery::missing.
std::string missing_in(const fs::path& directory, const Layout& layout) {
  const Scanned scanned = scan(directory, layout);
  const auto has = [&](Part part) {
    return std::ranges::any_of(scanned.words, [part](const Found& found) { return found.reading.part == part; });
  };
  if (!has(Part::train) || !has(Part::test)) return layout.tree;
  return two_corpora(scanned);
}

/// Throws for files whose names differ only in extension or case, such as a recording and its converted copy.
void check_no_duplicates(const Scanned& scanned) {
  std::map<std::vector<std::string>, fs::path> seen;
  for (const Found& found : scanned.words) {
    const auto [place, is_new] = seen.try_emplace(path_components(found.file), found.file);
    if (!is_new) {
      throw sdk::TaskError((scanned.tree.root / found.file).string() + ": is the same recording as " +
                           place->second.string() + "; expected one file of each");
    }
  }
}

std::vector<std::string> sorted(const std::set<std::string>& names) { return {names.begin(), names.end()}; }

std::int32_t index_of(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<std::int32_t>(std::ranges::find(names, name) - names.begin());
}

WordCorpus to_corpus(const Scanned& scanned, const Layout& layout) {
  std::set<std::string> speakers, trained;
  for (const Found& found : scanned.words) {
    speakers.insert(found.reading.speaker);
    if (found.reading.part == Part::train) trained.insert(found.reading.word);
  }
  WordCorpus corpus;
  corpus.speakers = sorted(speakers);
  corpus.classes = layout.classes.empty() ? sorted(trained) : layout.classes;
  for (const Found& found : scanned.words) {
    const fs::path file = scanned.tree.root / found.file;
    const std::int32_t label = index_of(corpus.classes, found.reading.word);
    if (static_cast<std::size_t>(label) == corpus.classes.size()) {
      throw sdk::TaskError(file.string() + ": is the word '" + found.reading.word +
                           "', which the training part does not have");
    }
    corpus.words.push_back({file, found.reading.part, label, index_of(corpus.speakers, found.reading.speaker)});
  }
  return corpus;
}

void warn_of_oddities(const sdk::OpenArgs& args, const Scanned& scanned) {
  if (!scanned.odd_names.empty()) {
    args.warning(scanned.tree.root.string() + ": " + std::to_string(scanned.odd_names.size()) +
                 " files are left out, as their names are not those of a recording, such as " +
                 scanned.odd_names.front().string());
  }
  if (!scanned.tree.unreadable.empty()) {
    args.warning(std::to_string(scanned.tree.unreadable.size()) + " folders could not be listed, such as " +
                 scanned.tree.unreadable.front());
  }
}

std::string to_text(const PartSizes& count) {
  return std::to_string(count.train) + " recordings to train and " + std::to_string(count.test) + " to test";
}

std::string classes_without_recordings(const WordCorpus& corpus) {
  std::vector<std::size_t> recordings(corpus.classes.size());
  for (const Word& word : corpus.words) {
    if (word.part == Part::train) ++recordings[static_cast<std::size_t>(word.label)];
  }
  return untrained_classes(recordings, corpus.classes);
}

void report_counts(const sdk::OpenArgs& args, const fs::path& directory, const WordCorpus& corpus,
                   const Layout& layout) {
  const PartSizes count = corpus.count();
  args.info(directory.string() + ": " + to_text(count) + ", " + std::to_string(corpus.speakers.size()) + " speakers, " +
            std::to_string(corpus.classes.size()) + " classes");
  if (!corpus.standin && std::ranges::find(layout.nominal, count) == layout.nominal.end()) {
    args.warning(directory.string() + ": is not the whole of " + layout.title + ", which has " +
                 to_text(layout.nominal.front()));
  }
  const std::string untrained = classes_without_recordings(corpus);
  if (!untrained.empty()) args.warning(directory.string() + ": has no recording to train on of " + untrained);
}

}  // namespace

PartSizes WordCorpus::count() const {
  const auto train = std::ranges::count_if(words, [](const Word& word) { return word.part == Part::train; });
  return {static_cast<std::size_t>(train), words.size() - static_cast<std::size_t>(train)};
}

Digest WordCorpus::digest(const std::vector<Digest>& contents) const {
  std::vector<std::int32_t> facts;
  for (const Word& word : words)
    facts.insert(facts.end(), {static_cast<std::int32_t>(word.part), word.label, word.speaker});
  Digester digester;
  digester.add(contents);
  digester.add(facts);
  digester.add(classes);
  digester.add(speakers);
  return digester.digest();
}

WordCorpus find_words(const sdk::OpenArgs& args, const Layout& layout) {
  CorpusQuery query;
  query.name = layout.name;
  query.title = layout.title;
  query.missing = [&](const fs::path& directory) { return missing_in(directory, layout); };
  query.remedy = layout.remedy;
  if (layout.standin) {
    query.standin_time = "half a minute on two cores";
    query.standin_lacks = missing_espeak;
    query.standin = [&](const fs::path& directory) {
      record_audio_corpus(directory, layout.standin(), args.threads(),
                          [&](const std::string& progress) { args.info(progress); });
    };
  }
  const CorpusLocation location = locate_corpus(args, query);
  const Scanned scanned = scan(location.directory, layout);
  check_no_duplicates(scanned);
  warn_of_oddities(args, scanned);
  WordCorpus corpus = to_corpus(scanned, layout);
  corpus.standin = location.standin;
  report_counts(args, location.directory, corpus, layout);
  return corpus;
}

}  // namespace hetsyn::tasks
