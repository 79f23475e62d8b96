#pragma once
#include <fmt/format.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace hetsyn::log {

enum class Level { debug, info, warning, error };

/// Messages below this level are dropped from the terminal; a log file, if open, gets all of them.
void set_level(Level level);
/// All messages go to standard error from now on: for programs whose standard output is a result to be read by others.
void leave_standard_output();
/// Nothing goes to the terminal from now on: for processes that leave the word to another one.
void mute();
/// Copies every message to `path` from now on (appending); an empty path closes the file. Throws RunError.
void open_file(const std::string& path);
/// Called before and after a line is printed, so that a progress bar can step aside; null removes it.
void set_line_hook(std::function<void(bool before)> hook);
void write(Level level, std::string_view message);

template <class... Args>
void debug(fmt::format_string<Args...> text, Args&&... args) {
  write(Level::debug, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> text, Args&&... args) {
  write(Level::info, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void warning(fmt::format_string<Args...> text, Args&&... args) {
  write(Level::warning, fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace hetsyn::log
