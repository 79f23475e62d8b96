#include "cli/log.hpp"

#include <atomic>
#include <cstdio>
#include <mutex>
#include <string>

namespace hetsyn::cli::log {
namespace {

std::atomic<Level> threshold{Level::info};
std::atomic<bool> muted{false};
std::atomic<bool> output_is_taken{false};
std::mutex hook_mutex;
std::function<void(bool before)> line_hook;

void print(Level level, std::string_view message) {
  if (muted.load() || level < threshold.load()) return;
  const std::string line = log_line(level, message) + '\n';
  const std::lock_guard lock(hook_mutex);
  if (line_hook) line_hook(true);
  std::FILE* const out = level >= Level::warning || output_is_taken.load() ? stderr : stdout;
  std::fwrite(line.data(), 1, line.size(), out);  // check_output() reports failures at the end of the program
  std::fflush(out);
  if (line_hook) line_hook(false);
}

}  // namespace

Log& program() {
  static Log log(print);
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
