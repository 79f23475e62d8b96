#pragma once
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>

/// Whole files. All throw RunError naming file and cause.
namespace hetsyn {

/// Writes a temporary file in the same directory, syncs it, renames it to `path` and syncs the directory: a crash or a
/// full disk leaves the old or the new content, never a mixture. Nothing is written through links.
void write_file_atomically(const std::filesystem::path& path, std::string_view content);
/// The same for a content in parts, one after the other.
void write_file_atomically(const std::filesystem::path& path, std::initializer_list<std::string_view> parts);

/// A file that only grows. It is made where it does not exist; a link, a pipe or a device is refused.
class GrowingFile {
 public:
  explicit GrowingFile(std::filesystem::path path);
  ~GrowingFile();
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;

  void append(std::string_view text);
  /// Waits until all of it is on the disk.
  void sync();

 private:
  std::filesystem::path path_;
  int file_;
};

/// The whole content of an ordinary file; a pipe or a device is refused, as it could be waited for without end.
std::string read_file(const std::filesystem::path& path);

/// Plugins and modules of the build or install tree that the program runs from: the folder plugins of
/// own_library_directory(), see base/worker.hpp. Empty where there is none.
std::filesystem::path own_plugin_directory();

}  // namespace hetsyn
