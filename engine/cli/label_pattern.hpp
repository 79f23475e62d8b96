#pragma once
#include <filesystem>
#include <optional>
#include <regex>
#include <string>
#include <vector>

namespace hetsyn::cli {

/// What a file's name says of the recording in it.
struct RecordingName {
  std::string label;
  std::string speaker;  ///< "unknown" where the pattern has none
};

/// A rule that reads label and speaker off the names of files: "{label}_{speaker}_*" takes the last part of a path
/// without its extension, "{label}/{speaker}_nohash_*" the last two. {label:2} is two characters long, * any number and
/// ? one character, none of them a '/'. Several {label} are joined by '-'.
class LabelPattern {
 public:
  /// A pattern, or the name of one: fsdd, shd, speech_commands, ti46, tidigits. Throws UsageError.
  explicit LabelPattern(const std::string& pattern);

  [[nodiscard]] std::optional<RecordingName> match(const std::filesystem::path& file) const;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::regex regex_;
  std::vector<bool> is_label_;  ///< of each group of the regular expression; the others are speakers
};

}  // namespace hetsyn::cli
