#include "cli/recording_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <set>

#include "common/words/audio_tree.hpp"
#include "core/error.hpp"

namespace hetsyn::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostNames = 65'536;  // the format has 16 bits for them

/// "2" before "10" before "a": numbers by value, then names by alphabet.
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

/// Names with their indices: given, or collected.
class Names {
 public:
  explicit Names(const std::optional<std::string>& given) {
    if (given) boost::algorithm::split(names_, *given, boost::algorithm::is_any_of(","));
    fixed_ = given.has_value();
  }
  void add(const std::string& name) {
    if (!fixed_) found_.insert(name);
  }
  const std::vector<std::string>& settle() {
    if (!fixed_) names_.assign(found_.begin(), found_.end());
    if (names_.size() > kMostNames)
      throw DataError(fmt::format("{} classes or speakers; at most {}", names_.size(), kMostNames));
    return names_;
  }
  [[nodiscard]] std::optional<std::uint16_t> index(const std::string& name) const {
    const auto at = std::ranges::find(names_, name);
    if (at == names_.end()) return std::nullopt;
    return static_cast<std::uint16_t>(at - names_.begin());
  }

 private:
  bool fixed_ = false;
  std::vector<std::string> names_;
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

}  // namespace

RecordingList list_recordings(const std::vector<std::string>& inputs, const LabelPattern& pattern,
                              const std::optional<std::string>& classes, const std::optional<std::string>& speakers) {
  RecordingList list;
  std::vector<std::pair<fs::path, RecordingName>> named;
  Names class_names(classes), speaker_names(speakers);
  for (const fs::path& file : find_files(inputs, list.refused)) {
    const std::optional<RecordingName> name = pattern.match(file);
    if (!name) {
      list.refused.push_back(
          fmt::format("{}: its name does not fit --label-pattern {}", file.string(), pattern.text()));
      continue;
    }
    class_names.add(name->label);
    speaker_names.add(name->speaker);
    named.emplace_back(file, *name);
  }
  list.classes = class_names.settle();
  list.speakers = speaker_names.settle();
  for (const auto& [file, name] : named) {
    const auto label = class_names.index(name.label), speaker = speaker_names.index(name.speaker);
    if (!label) list.refused.push_back(fmt::format("{}: class {} is not among --classes", file.string(), name.label));
    if (!speaker) {
      list.refused.push_back(fmt::format("{}: speaker {} is not among --speakers", file.string(), name.speaker));
    }
    if (label && speaker) list.files.push_back({file, *label, *speaker});
  }
  return list;
}

}  // namespace hetsyn::cli
