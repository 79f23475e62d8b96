#pragma once
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/descriptor.hpp"

/// Whole files. All throw RunError naming file and cause.
namespace hetsyn {

/// Makes a directory and those above it; several processes may do so at once.
void make_directories(const std::filesystem::path& directory);

/// A file on its way: written under another name in the same directory, so that nobody ever sees half of it. Removed
/// at the end of its scope unless finish() was called.
class UnfinishedFile {
 public:
  enum class Writers {
    one,     ///< the temporary name is the file's with ".tmp"; what a killed process left is replaced
    several  ///< processes may write the file at once: the temporary name has the number of the process, too
  };
  explicit UnfinishedFile(std::filesystem::path path, Writers writers = Writers::one);
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;
  ~UnfinishedFile();

  /// Replaces the content so far and puts it on the disk. What is there under the temporary name, a link above all, is
  /// not written through.
  void write(std::initializer_list<std::string_view> parts);
  void write(std::string_view content) { write({content}); }
  /// Gives the file its name, replacing what had it, and syncs the directory.
  void finish();

 private:
  std::filesystem::path path_, unfinished_;
  bool exists_ = false;  ///< under the temporary name
};

/// Writes and finishes a file: a crash or a full disk leaves the old or the new content, never a mixture.
void write_file_atomically(const std::filesystem::path& path, std::string_view content);
/// The same for a content in parts, one after the other.
void write_file_atomically(const std::filesystem::path& path, std::initializer_list<std::string_view> parts);

/// A file that only grows. It is made where it does not exist; a link, a pipe or a device is refused.
class GrowingFile {
 public:
  explicit GrowingFile(std::filesystem::path path);

  void append(std::string_view text);
  /// Waits until all of it is on the disk.
  void sync();

 private:
  std::filesystem::path path_;
  Descriptor file_;
};

/// The whole content of an ordinary file; a pipe or a device is refused, as it could be waited for without end.
std::string read_file(const std::filesystem::path& path);

}  // namespace hetsyn
