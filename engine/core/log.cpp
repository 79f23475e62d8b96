#include "core/log.hpp"

#include <atomic>
#include <cstdio>
#include <fstream>
#include <mutex>

#include "core/error.hpp"

namespace hetsyn::log {
namespace {

std::mutex mutex;
std::atomic<Level> threshold{Level::info};
std::atomic<bool> muted{false};
std::atomic<bool> output_is_taken{false};
std::ofstream file;
std::function<void(bool before)> line_hook;

std::string_view prefix(Level level) {
  switch (level) {
    case Level::debug: return "debug: ";
    case Level::info: return "";
    case Level::warning: return "warning: ";
    case Level::error: return "error: ";
  }
  return "";
}

}  // namespace

void set_level(Level level) { threshold = level; }

void leave_standard_output() { output_is_taken = true; }

void mute() { muted = true; }

void open_file(const std::string& path) {
  const std::lock_guard lock(mutex);
  file.close();
  file.clear();
  if (path.empty()) return;
  file.open(path, std::ios::app);
  if (!file) throw RunError(fmt::format("{}: cannot open the log file for writing", path));
}

void set_line_hook(std::function<void(bool before)> hook) {
  const std::lock_guard lock(mutex);
  line_hook = std::move(hook);
}

void write(Level level, std::string_view message) {
  const std::lock_guard lock(mutex);
  if (file.is_open()) {
    file << prefix(level) << message << '\n';
    file.flush();
  }
  if (muted.load() || level < threshold.load()) return;
  if (line_hook) line_hook(true);
  std::FILE* out = level >= Level::warning || output_is_taken.load() ? stderr : stdout;
  fmt::print(out, "{}{}\n", prefix(level), message);
  std::fflush(out);
  if (line_hook) line_hook(false);
}

}  // namespace hetsyn::log
