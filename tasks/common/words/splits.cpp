#include "common/words/splits.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <cctype>
#include <hetsyn/error.hpp>

#include "common/words/lower_case.hpp"

namespace hetsyn::tasks {
namespace {

constexpr const char* kTestSpeakers = "test_speakers";
constexpr const char* kValidationSpeakers = "validation_speakers";

/// The names in a list that is separated by commas or blanks.
std::vector<std::string> names_in(const std::string& list) {
  std::vector<std::string> names(1);
  for (const char c : lower_case(list)) {
    if (c == ',' || std::isspace(static_cast<unsigned char>(c)) != 0) {
      names.emplace_back();
    } else {
      names.back() += c;
    }
  }
  std::erase(names, "");
  return names;
}

/// Whether a pattern matches "man/ae" or its last part.
bool fits(const std::string& pattern, const std::string& speaker) {
  const std::string name = speaker.substr(speaker.find('/') + 1);
  return fnmatch(pattern.c_str(), speaker.c_str(), 0) == 0 || fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

/// For each speaker, whether the list in `key` names it.
std::vector<bool> named_speakers(const WordCorpus& corpus, const sdk::OpenArgs& args, const char* key) {
  std::vector<bool> named(corpus.speakers.size());
  for (const std::string& pattern : names_in(args.text(key))) {
    bool found = false;
    for (std::size_t speaker = 0; speaker < named.size(); ++speaker) {
      if (!fits(pattern, corpus.speakers[speaker])) continue;
      named[speaker] = true;
      found = true;
    }
    if (!found) {
      throw sdk::ConfigError(key, "'" + pattern + "' fits no speaker; the first of " + std::to_string(named.size()) +
                                      " is '" + corpus.speakers.front() + "'");
    }
  }
  return named;
}

bool any(const std::vector<bool>& flags) { return std::ranges::find(flags, true) != flags.end(); }

}  // namespace

std::vector<sdk::Key> split_keys() {
  using sdk::Key;
  return {Key::text("split", "standard", "The corpus's own parts, or speakers kept apart by task.test_speakers")
              .choices("standard|speakers"),
          Key::text(kTestSpeakers, "",
                    "With split = \"speakers\": names separated by commas, such as man/ae, ae or a*; all recordings of "
                    "theirs are tested on, all others trained on"),
          Key::text(kValidationSpeakers, "",
                    "Speakers taken out of the training set to validate on; empty: train.protocol decides")};
}

WordSplits divide_words(const WordCorpus& corpus, const sdk::OpenArgs& args) {
  const bool by_speakers = args.text("split") == "speakers";
  const std::vector<bool> tested = named_speakers(corpus, args, kTestSpeakers);
  const std::vector<bool> validated = named_speakers(corpus, args, kValidationSpeakers);
  if (by_speakers != any(tested)) {
    throw sdk::ConfigError(kTestSpeakers, by_speakers ? "must name speakers with task.split = \"speakers\""
                                                      : "needs task.split = \"speakers\"");
  }
  WordSplits splits;
  for (std::uint32_t i = 0; i < corpus.words.size(); ++i) {
    const auto speaker = static_cast<std::size_t>(corpus.words[i].speaker);
    const bool tests = by_speakers ? tested[speaker] : corpus.words[i].part == Part::test;
    (tests ? splits.test : validated[speaker] ? splits.validation : splits.train).push_back(i);
  }
  if (any(validated) && splits.validation.empty()) {
    throw sdk::ConfigError(kValidationSpeakers, "names speakers of the test set only; expected some of the others");
  }
  if (splits.train.empty()) throw sdk::ConfigError(kTestSpeakers, "leaves no recordings to train on");
  return splits;
}

void leave_out(WordSplits& splits, const std::vector<std::uint32_t>& words) {
  for (auto* split : {&splits.train, &splits.test, &splits.validation}) {
    if (split->empty()) continue;
    std::erase_if(*split, [&](std::uint32_t word) { return std::ranges::binary_search(words, word); });
    if (split->empty()) throw sdk::TaskError("all recordings to train, to validate or to test on are damaged");
  }
}

}  // namespace hetsyn::tasks
