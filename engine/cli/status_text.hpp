#pragma once
#include <chrono>
#include <string>

namespace hetsyn::cli {

/// Text at the bottom of the terminal that is redrawn in place: a progress bar or a table. At most one may exist at a
/// time, since it sets the line hook of the log, which clears it while other lines are printed.
class StatusText {
 public:
  /// `enabled`: standard output is a terminal; otherwise nothing is printed.
  StatusText(bool enabled, std::chrono::milliseconds redraw_interval);
  ~StatusText();
  StatusText(const StatusText&) = delete;
  StatusText& operator=(const StatusText&) = delete;

  /// Whether the redraw interval has passed.
  [[nodiscard]] bool due() const;
  /// Replaces the shown text by `text`: one line without a newline, or several lines that end in newlines.
  void show(std::string text);
  /// Removes the text; the next show() is due at once.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  void hide() const;

  bool enabled_;
  std::chrono::milliseconds interval_;
  std::string shown_;
  Clock::time_point drawn_{};
};

}  // namespace hetsyn::cli
