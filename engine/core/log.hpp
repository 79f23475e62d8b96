#pragma once
#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <hetsyn/context.hpp>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

namespace hetsyn {

class GrowingFile;

/// Where the messages of a program, or of one session of a library, go. Thread-safe; one message is written at a time.
class Log {
 public:
  using Sink = std::function<void(LogLevel level, std::string_view message)>;

  /// Without a sink, messages go to the file alone, if there is one. A sink must not write to this log.
  explicit Log(Sink sink = {});
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// Appends every message to `path` too from now on; an empty path ends that. Throws RunError where the file cannot be
  /// opened. A message that the disk has no room for is lost and ends nothing.
  void copy_to(const std::filesystem::path& path);
  void write(LogLevel level, std::string_view message) const;

  template <class... Args>
  void debug(fmt::format_string<Args...> text, Args&&... args) const {
    write(LogLevel::debug, fmt::format(text, std::forward<Args>(args)...));
  }
  template <class... Args>
  void info(fmt::format_string<Args...> text, Args&&... args) const {
    write(LogLevel::info, fmt::format(text, std::forward<Args>(args)...));
  }
  template <class... Args>
  void warning(fmt::format_string<Args...> text, Args&&... args) const {
    write(LogLevel::warning, fmt::format(text, std::forward<Args>(args)...));
  }

 private:
  Sink sink_;
  std::unique_ptr<GrowingFile> file_;
  mutable std::mutex mutex_;
};

/// "warning: disk is nearly full": the message with its level in front; info has none.
std::string log_line(LogLevel level, std::string_view message);

}  // namespace hetsyn
