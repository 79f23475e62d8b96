#include "cli/label_pattern.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <hetsyn/exceptions.hpp>
#include <map>
#include <string_view>

namespace hetsyn::cli {
namespace {

const std::map<std::string, std::string> kNamedPatterns{
    {"fsdd", "{label}_{speaker}_*"},
    {"shd", "lang-{label}_speaker-{speaker}_trial-*_digit-{label}"},
    {"speech_commands", "{label}/{speaker}_nohash_*"},
    {"ti46", "{label:2}{speaker:2}????"},
    {"tidigits", "{speaker}/{label}?"},
};

/// Removes the placeholder at the beginning of `rest`, such as "{label:2}", and returns a regular expression for it.
std::string take_placeholder(std::string_view& rest, const std::string& pattern, bool& is_label) {
  static const std::regex kPlaceholder(R"(\{(label|speaker)(?::([1-9][0-9]?))?\})");
  std::match_results<std::string_view::const_iterator> found;
  if (!std::regex_search(rest.begin(), rest.end(), found, kPlaceholder, std::regex_constants::match_continuous)) {
    throw UsageError(fmt::format(
        "--label-pattern {}: expected {{label}} or {{speaker}}, or with a length as in {{label:2}}, at \"{}\"", pattern,
        rest));
  }
  is_label = found[1] == "label";
  const std::string length = found[2].str();
  rest.remove_prefix(static_cast<std::size_t>(found.length()));
  return length.empty() ? "([^/]+?)" : "([^/]{" + length + "})";
}

std::string plain(char c) {
  if (c == '*') return "[^/]*";
  if (c == '?') return "[^/]";
  static constexpr std::string_view kSpecial = R"(.^$|()[]+\)";
  return kSpecial.find(c) == std::string_view::npos ? std::string(1, c) : std::string("\\") + c;
}

}  // namespace

LabelPattern::LabelPattern(const std::string& pattern) {
  const auto named = kNamedPatterns.find(pattern);
  text_ = named == kNamedPatterns.end() ? pattern : named->second;
  std::string expression = "(?:.*/)?";
  for (std::string_view rest = text_; !rest.empty();) {
    if (rest.front() == '{') {
      bool is_label = false;
      expression += take_placeholder(rest, text_, is_label);
      is_label_.push_back(is_label);
    } else {
      expression += plain(rest.front());
      rest.remove_prefix(1);
    }
  }
  if (std::ranges::find(is_label_, true) == is_label_.end()) {
    throw UsageError(fmt::format(
        "--label-pattern {}: expected a pattern with {{label}}, or one of fsdd, shd, speech_commands, ti46, tidigits",
        pattern));
  }
  regex_ = expression;
}

std::optional<RecordingName> LabelPattern::match(const std::filesystem::path& file) const {
  const std::string name = std::filesystem::path(file).replace_extension().generic_string();
  std::smatch found;
  if (!std::regex_match(name, found, regex_)) return std::nullopt;
  RecordingName recording;
  for (std::size_t group = 0; group < is_label_.size(); ++group) {
    std::string& part = is_label_[group] ? recording.label : recording.speaker;
    part += (part.empty() ? "" : "-") + found[group + 1].str();
  }
  if (recording.speaker.empty()) recording.speaker = "unknown";
  return recording;
}

}  // namespace hetsyn::cli
