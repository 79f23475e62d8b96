#pragma once
#include <filesystem>
#include <optional>
#include <regex>
#include <string>
#include <vector>

namespace hetsyn::cli {

/// Label and speaker of a recording, taken from the name of its file.
struct RecordingName {
  std::string label;
  std::string speaker;  ///< "unknown" if the pattern has no {speaker}
};

/// Matches label and speaker in the names of files: "{label}_{speaker}_*" is matched with the last part of a path
/// without its extension, "{label}/{speaker}_nohash_*" with the last two parts. {label:2} is two characters long, * any
/// number of characters and ? one, none of them a '/'. Several {label} are joined by '-'.
class LabelPattern {
 public:
  /// Takes a pattern, or the name of one: fsdd, shd, speech_commands, ti46, tidigits. Throws UsageError.
  explicit LabelPattern(const std::string& pattern);

  [[nodiscard]] std::optional<RecordingName> match(const std::filesystem::path& file) const;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::regex regex_;
  std::vector<bool> is_label_;  ///< for each group of the regular expression; the other groups are speakers
};

}  // namespace hetsyn::cli
