#pragma once
#include <chrono>
#include <string>

namespace hetsyn::cli {

/// Text at the foot of the terminal that is redrawn in place: a progress bar, or a table. At most one exists at a time,
/// as it registers with the log so that it steps aside for other lines.
class StatusText {
 public:
  /// `enabled`: standard output is a terminal and may show it; nothing is ever printed otherwise.
  StatusText(bool enabled, std::chrono::milliseconds redraw_interval);
  ~StatusText();
  StatusText(const StatusText&) = delete;
  StatusText& operator=(const StatusText&) = delete;

  /// Whether enough time has passed for another show().
  [[nodiscard]] bool due() const;
  /// Puts `text` in the place of what stands: one line without its end, or several that all end.
  void show(std::string text);
  /// Takes the text away; the next one is due at once.
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
