#include "cli/log.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <mutex>
#include <string>

#include "cli/terminal.hpp"

namespace hetsyn::cli::log {
namespace {

std::atomic<Level> threshold{Level::info};
std::atomic<bool> muted{false};
std::atomic<bool> output_is_taken{false};
std::mutex hook_mutex;
std::function<void(bool before)> line_hook;

/// The message as lines of the terminal, with its level in colour.
std::string shown(Level level, std::string_view message, const Terminal& terminal) {
  std::string line = log_line(level, message);
  const std::size_t prefix = line.size() - message.size();
  if (terminal.redraws) line = wrapped(line, terminal.columns, 2);
  if (prefix == 0) return line;
  const auto color = level == Level::error     ? fmt::terminal_color::red
                     : level == Level::warning ? fmt::terminal_color::yellow
                                               : fmt::terminal_color::bright_black;
  return terminal.paint(fmt::fg(color), line.substr(0, prefix)) + line.substr(prefix);
}

std::size_t columns() { return terminal_of(output_is_taken.load() ? STDERR_FILENO : STDOUT_FILENO).columns; }

void print(Level level, std::string_view message) {
  if (muted.load() || level < threshold.load()) return;
  const bool to_error = level >= Level::warning || output_is_taken.load();
  const std::string line = shown(level, message, terminal_of(to_error ? STDERR_FILENO : STDOUT_FILENO)) + '\n';
  const std::lock_guard lock(hook_mutex);
  if (line_hook) line_hook(true);
  std::FILE* const out = to_error ? stderr : stdout;
  std::fwrite(line.data(), 1, line.size(), out);  // check_output() reports failures at the end of the program
  std::fflush(out);
  if (line_hook) line_hook(false);
}

}  // namespace

Log& program() {
  static Log log(print, columns);
  return log;
}

void set_level(Level level) { threshold = level; }

void leave_standard_output() { output_is_taken = true; }

void mute() { muted = true; }

void set_line_hook(std::function<void(bool before)> hook) {
  const std::lock_guard lock(hook_mutex);
  line_hook = std::move(hook);
}

}  // namespace hetsyn::cli::log
