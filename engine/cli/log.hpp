#pragma once
#include <fmt/format.h>

#include <functional>
#include <utility>

#include "core/log.hpp"

/// The log of the program: warnings and errors go to standard error, the rest to standard output.
namespace hetsyn::cli::log {

using Level = LogLevel;

/// The one log of this process.
Log& program();

/// Messages below this level do not go to the terminal; a log file, if there is one, gets all of them.
void set_level(Level level);
/// All messages go to standard error from now on: for programs whose standard output is a result to be read by others.
void leave_standard_output();
/// Nothing goes to the terminal from now on: for processes that leave the word to another one.
void mute();
/// Called before and after a line is printed, so that a progress bar can step aside; null removes it. To be called from
/// the thread that writes messages.
void set_line_hook(std::function<void(bool before)> hook);

inline void write(Level level, std::string_view message) { program().write(level, message); }
template <class... Args>
void debug(fmt::format_string<Args...> text, Args&&... args) {
  program().debug(text, std::forward<Args>(args)...);
}
template <class... Args>
void info(fmt::format_string<Args...> text, Args&&... args) {
  program().info(text, std::forward<Args>(args)...);
}
template <class... Args>
void warning(fmt::format_string<Args...> text, Args&&... args) {
  program().warning(text, std::forward<Args>(args)...);
}

}  // namespace hetsyn::cli::log
