#pragma once
#include <filesystem>

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

  /// Where to write.
  [[nodiscard]] const std::filesystem::path& path() const { return unfinished_; }
  /// Puts the content on the disk, then gives the file its name, replacing what had it.
  void finish();

 private:
  std::filesystem::path path_, unfinished_;
};

}  // namespace hetsyn::tasks
