#pragma once
#include <fmt/format.h>

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "core/log.hpp"

/// The log of the program: warnings and errors go to standard error, the rest to standard output.
namespace hetsyn::cli::log {

using Level = LogLevel;

/// The log of this process.
Log& program();

/// Messages below this level are not printed; a log file, if there is one, gets all messages.
void set_level(Level level);
/// From now on prints all messages to standard error: for verbs whose standard output is a result.
void leave_standard_output();
/// From now on prints nothing: for ranks other than 0.
void mute();
/// `hook` is called before and after a line is printed, so that a progress bar can be cleared; null removes it. Call it
/// from the thread that writes messages.
void set_line_hook(std::function<void(bool before)> hook);

inline void write(Level level, std::string_view message) { program().write(level, message); }
template <class... Args>
void debug(fmt::format_string<Args...> text, Args&&... args) {
  program().debug(text, std::forward<Args>(args)...);
}
inline void write_fitting(const std::function<std::string(std::size_t columns)>& text) {
  program().write_fitting(text);
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
