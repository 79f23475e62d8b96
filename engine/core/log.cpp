#include "core/log.hpp"

#include <hetsyn/exceptions.hpp>

#include "base/files.hpp"
#include "core/columns.hpp"

namespace hetsyn {
namespace {

std::string_view prefix(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug: ";
    case LogLevel::info: return "";
    case LogLevel::warning: return "warning: ";
    case LogLevel::error: return "error: ";
  }
  return "";
}

/// A message that cannot be written must not end the run: all results are in other files, whose writes are checked.
void append(GrowingFile& file, std::string_view text) {
  try {
    file.append(text);
  } catch (const RunError&) {  // NOLINT(bugprone-empty-catch)
  }
}

}  // namespace

Log::Log(Sink sink, std::function<std::size_t()> columns) : sink_(std::move(sink)), columns_(std::move(columns)) {}

Log::~Log() = default;

void Log::copy_to(const std::filesystem::path& path) {
  const std::lock_guard lock(mutex_);
  file_.reset();
  if (!path.empty()) file_ = std::make_unique<GrowingFile>(path);
}

void Log::write(LogLevel level, std::string_view message) const {
  const std::lock_guard lock(mutex_);
  if (file_) append(*file_, log_line(level, message) + '\n');
  if (sink_) sink_(level, message);
}

void Log::write_fitting(const std::function<std::string(std::size_t columns)>& text) const {
  const std::lock_guard lock(mutex_);
  if (file_) append(*file_, text(kUnlimitedColumns) + '\n');
  if (sink_) sink_(LogLevel::info, text(columns_ ? columns_() : kUnlimitedColumns));
}

std::string log_line(LogLevel level, std::string_view message) { return fmt::format("{}{}", prefix(level), message); }

}  // namespace hetsyn
