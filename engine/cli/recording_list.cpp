#include "cli/recording_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/algorithm/string/split.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <hetsyn/exceptions.hpp>
#include <map>
#include <set>
#include <utility>

#include "common/words/audio_tree.hpp"

namespace hetsyn::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostNames = 65'536;  // the file format stores them with 16 bits

/// Orders numbers by value, then other names alphabetically: "2" before "10" before "a".
struct ByValue {
  bool operator()(const std::string& a, const std::string& b) const {
    const bool numbers[] = {is_number(a), is_number(b)};
    if (numbers[0] != numbers[1]) return numbers[0];
    if (numbers[0] && a.size() != b.size()) return a.size() < b.size();
    return a < b;
  }
  static bool is_number(const std::string& text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  }
};

/// Names with their indices: first the given ones, then those found.
class Names {
 public:
  explicit Names(const GivenNames& given) : names_(given.names), source_(given.source), complete_(given.complete) {}
  void add(const std::string& name) {
    if (!complete_ && std::ranges::find(names_, name) == names_.end()) found_.insert(name);
  }
  const std::vector<std::string>& settle() {
    names_.insert(names_.end(), found_.begin(), found_.end());
    if (names_.size() > kMostNames)
      throw DataError(fmt::format("{} classes or speakers; at most {}", names_.size(), kMostNames));
    return names_;
  }
  [[nodiscard]] std::optional<std::uint16_t> index(const std::string& name) const {
    const auto at = std::ranges::find(names_, name);
    if (at == names_.end()) return std::nullopt;
    return static_cast<std::uint16_t>(at - names_.begin());
  }
  [[nodiscard]] const std::string& source() const { return source_; }

 private:
  std::vector<std::string> names_;
  std::string source_;
  bool complete_;
  std::set<std::string, ByValue> found_;
};

std::vector<fs::path> find_files(const std::vector<std::string>& inputs, std::vector<std::string>& refused) {
  std::vector<fs::path> files;
  for (const std::string& input : inputs) {
    if (!fs::exists(input)) throw UsageError(fmt::format("{}: no such file or folder", input));
    if (!fs::is_directory(input)) {
      files.emplace_back(input);
      continue;
    }
    const tasks::AudioTree tree = tasks::find_audio_files(input);
    for (const fs::path& file : tree.files) files.push_back(tree.root / file);
    refused.insert(refused.end(), tree.unreadable.begin(), tree.unreadable.end());
  }
  return files;
}

/// A file, the part that it belongs to, and what its name contains.
struct NamedFile {
  std::size_t part = 0;
  fs::path path;
  RecordingName name;
};

/// The files of all parts, without duplicates.
std::vector<NamedFile> name_files(RecordingList& list, const LabelPattern& pattern) {
  std::vector<NamedFile> named;
  std::map<fs::path, std::size_t> part_of;
  for (std::size_t part = 0; part < list.parts.size(); ++part) {
    for (const fs::path& file : find_files(list.parts[part].inputs, list.refused)) {
      std::error_code unreachable;
      const fs::path place = fs::canonical(file, unreachable);
      if (unreachable) {
        list.refused.push_back(fmt::format("{}: cannot be reached: {}", file.string(), unreachable.message()));
        continue;
      }
      const auto [at, is_new] = part_of.try_emplace(place, part);
      if (at->second != part) {
        throw UsageError(fmt::format("{}: is in the parts {} and {}; expected one", file.string(),
                                     list.parts[at->second].name, list.parts[part].name));
      }
      list.repeated += is_new ? 0 : 1;
      if (!is_new) continue;
      if (std::optional<RecordingName> name = pattern.match(file)) {
        named.push_back({part, file, *std::move(name)});
      } else {
        list.refused.push_back(
            fmt::format("{}: its name does not fit --label-pattern {}", file.string(), pattern.text()));
      }
    }
  }
  return named;
}

}  // namespace

std::size_t RecordingList::files() const {
  std::size_t sum = 0;
  for (const RecordingPart& part : parts) sum += part.files.size();
  return sum;
}

std::vector<std::string> split_names(const std::string& option, const std::string& list) {
  std::vector<std::string> names;
  boost::algorithm::split(names, list, [](char c) { return c == ','; });
  for (std::string& name : names) boost::algorithm::trim(name);
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (name->empty()) throw UsageError(fmt::format("{} \"{}\": has an empty name", option, list));
    if (std::find(names.begin(), name, *name) != name) {
      throw UsageError(fmt::format("{} \"{}\": names {} twice", option, list, *name));
    }
  }
  return names;
}

RecordingList list_recordings(std::vector<RecordingPart> parts, const LabelPattern& pattern, const GivenNames& classes,
                              const GivenNames& speakers) {
  RecordingList list;
  list.parts = std::move(parts);
  const std::vector<NamedFile> named = name_files(list, pattern);
  Names class_names(classes), speaker_names(speakers);
  for (const NamedFile& file : named) {
    class_names.add(file.name.label);
    speaker_names.add(file.name.speaker);
  }
  list.classes = class_names.settle();
  list.speakers = speaker_names.settle();
  for (const auto& [part, path, name] : named) {
    const auto label = class_names.index(name.label), speaker = speaker_names.index(name.speaker);
    if (!label) {
      list.refused.push_back(
          fmt::format("{}: class {} is not among {}", path.string(), name.label, class_names.source()));
    }
    if (!speaker) {
      list.refused.push_back(
          fmt::format("{}: speaker {} is not among {}", path.string(), name.speaker, speaker_names.source()));
    }
    if (label && speaker) list.parts[part].files.push_back({path, *label, *speaker});
  }
  return list;
}

}  // namespace hetsyn::cli
