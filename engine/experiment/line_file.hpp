#pragma once
#include <filesystem>
#include <string_view>

namespace hetsyn {

/// A file that only grows, by whole lines. Throws RunError naming file and cause.
class LineFile {
 public:
  explicit LineFile(std::filesystem::path path);
  ~LineFile();
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  /// Appends `line` and a line break, and waits until they are on the disk.
  void append(std::string_view line);

 private:
  std::filesystem::path path_;
  int file_ = -1;
};

}  // namespace hetsyn
