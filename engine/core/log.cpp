#include "core/log.hpp"

#include <atomic>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>

#include "core/error.hpp"
#include "core/files.hpp"

namespace hetsyn::log {
namespace {

std::mutex mutex;
std::atomic<Level> threshold{Level::info};
std::atomic<bool> muted{false};
std::atomic<bool> output_is_taken{false};
std::unique_ptr<GrowingFile> file;
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

/// A message that the disk has no room for must not end the run: what matters is written elsewhere, and checked there.
void append_to_file(std::string_view line) {
  try {
    file->append(line);
  } catch (const RunError&) {  // NOLINT(bugprone-empty-catch)
  }
}

}  // namespace

void set_level(Level level) { threshold = level; }

void leave_standard_output() { output_is_taken = true; }

void mute() { muted = true; }

void open_file(const std::string& path) {
  const std::lock_guard lock(mutex);
  file.reset();
  if (!path.empty()) file = std::make_unique<GrowingFile>(path);
}

void set_line_hook(std::function<void(bool before)> hook) {
  const std::lock_guard lock(mutex);
  line_hook = std::move(hook);
}

void write(Level level, std::string_view message) {
  const std::lock_guard lock(mutex);
  const std::string line = fmt::format("{}{}\n", prefix(level), message);
  if (file) append_to_file(line);
  if (muted.load() || level < threshold.load()) return;
  if (line_hook) line_hook(true);
  std::FILE* out = level >= Level::warning || output_is_taken.load() ? stderr : stdout;
  std::fwrite(line.data(), 1, line.size(), out);  // what could not be written is told when the program ends
  std::fflush(out);
  if (line_hook) line_hook(false);
}

}  // namespace hetsyn::log
