#pragma once
#include <fmt/format.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <hetsyn/context.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace hetsyn {

class GrowingFile;

/// The destination of the messages of a program or of a session. Thread-safe; messages are written one at a time.
class Log {
 public:
  using Sink = std::function<void(LogLevel level, std::string_view message)>;

  /// Without a sink, messages go only to the file, if there is one. A sink must not write to this log. `columns` gives
  /// the width of the lines that the sink shows; without it they are unlimited.
  explicit Log(Sink sink = {}, std::function<std::size_t()> columns = {});
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// From now on, also appends every message to `path`; an empty path stops this. Throws RunError if the file cannot be
  /// opened. A message for which the disk has no room is lost without an error.
  void copy_to(const std::filesystem::path& path);
  void write(LogLevel level, std::string_view message) const;
  /// A message of level info that fits a number of columns: the sink gets text(columns), and the file the text for
  /// kUnlimitedColumns.
  void write_fitting(const std::function<std::string(std::size_t columns)>& text) const;

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
  std::function<std::size_t()> columns_;
  std::unique_ptr<GrowingFile> file_;
  mutable std::mutex mutex_;
};

/// The message with its level in front: "warning: disk is nearly full"; without a prefix for info.
std::string log_line(LogLevel level, std::string_view message);

}  // namespace hetsyn
