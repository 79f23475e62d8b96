#pragma once
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.hpp"

/// Reading and writing whole files. All functions throw RunError, which names the file and the cause.
namespace hetsyn {

/// Creates a directory and its parents. Several processes may do so at once.
void make_directories(const std::filesystem::path& directory);

/// The paths of the entries of a folder, sorted; empty if it cannot be listed.
std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder);

/// A file while it is written: it has a temporary name in the same directory, so that no other process ever sees an
/// incomplete file. The destructor removes it unless finish() was called.
class UnfinishedFile {
 public:
  enum class Writers {
    one,  ///< the temporary name is the file's name with ".tmp"; an old one, left by a killed process, is replaced
    /// Several processes may write the file at once: the temporary name contains the number of the process, and the
    /// file is locked. write() removes temporary files of killed processes, which are not locked.
    several
  };
  explicit UnfinishedFile(std::filesystem::path path, Writers writers = Writers::one);
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;
  ~UnfinishedFile();

  /// Replaces the content so far and syncs it to the disk. A file or link that already has the temporary name is
  /// removed first, never followed.
  void write(std::initializer_list<std::string_view> parts);
  void write(std::string_view content) { write({content}); }
  /// Renames the file to its final name, replacing an existing file, and syncs the directory.
  void finish();

 private:
  void make();
  void discard();

  std::filesystem::path path_, unfinished_;
  Writers writers_;
  Descriptor file_{-1};  ///< open as long as it has the temporary name
};

/// The temporary files of UnfinishedFile::Writers::several in a folder that no process has locked, so that their
/// writers were killed. Empty on a file system without locks.
std::vector<std::filesystem::path> abandoned_files(const std::filesystem::path& folder);

/// Removes an abandoned file; returns false if a process has locked it meanwhile, or it cannot be removed.
bool remove_abandoned_file(const std::filesystem::path& file);

/// Writes and finishes a file: a crash or a full disk leaves the old or the new content, never a mixture.
void write_file_atomically(const std::filesystem::path& path, std::string_view content);
/// The same for a content in several parts.
void write_file_atomically(const std::filesystem::path& path, std::initializer_list<std::string_view> parts);

/// A file that is only appended to. It is created if it does not exist; a link, a pipe or a device is refused.
class GrowingFile {
 public:
  explicit GrowingFile(std::filesystem::path path);

  void append(std::string_view text);
  /// Blocks until all content is on the disk.
  void sync();

 private:
  std::filesystem::path path_;
  Descriptor file_;
};

/// Reads a regular file of at most `most_bytes`. A pipe or a device is refused, since reading it could block forever.
std::string read_file(const std::filesystem::path& path,
                      std::uint64_t most_bytes = std::numeric_limits<std::uint64_t>::max());

}  // namespace hetsyn
