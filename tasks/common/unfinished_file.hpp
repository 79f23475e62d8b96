#pragma once
#include <filesystem>
#include <string_view>

namespace hetsyn::tasks {

/// A file on its way: written under another name beside its own, so that nobody ever sees half of it. Removed at the
/// end of its scope unless finish() was called. All members throw sdk::TaskError naming the file and the cause.
class UnfinishedFile {
 public:
  /// Makes the directory of `path` where there is none.
  explicit UnfinishedFile(std::filesystem::path path);
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;
  ~UnfinishedFile();

  /// Replaces the content so far. What is there under the temporary name, a link above all, is not written through.
  void write(std::string_view bytes);
  /// Puts the content on the disk, then gives the file its name, replacing what had it.
  void finish();

 private:
  std::filesystem::path path_, unfinished_;
};

}  // namespace hetsyn::tasks
