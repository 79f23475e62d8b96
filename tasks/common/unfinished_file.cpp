#include "common/unfinished_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <hetsyn/error.hpp>
#include <string>
#include <system_error>
#include <utility>

namespace hetsyn::tasks {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, const std::error_code& error) {
  throw sdk::TaskError(file.string() + ": cannot be written: " + error.message());
}

/// 0, or the errno that kept the bytes from reaching the disk.
int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return fsync(descriptor) == 0 ? 0 : errno;
}

}  // namespace

UnfinishedFile::UnfinishedFile(fs::path path)
    : path_(std::move(path)), unfinished_(path_.string() + "." + std::to_string(getpid()) + ".tmp") {
  std::error_code error;
  if (path_.has_parent_path()) fs::create_directories(path_.parent_path(), error);
  if (error) fail(path_, error);
}

UnfinishedFile::~UnfinishedFile() {
  std::error_code none;
  fs::remove(unfinished_, none);
}

void UnfinishedFile::write(std::string_view bytes) {
  ::unlink(unfinished_.c_str());
  const int descriptor = open(unfinished_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (descriptor < 0) fail(path_, {errno, std::generic_category()});
  const int problem = write_all(descriptor, bytes);
  close(descriptor);
  if (problem != 0) fail(path_, {problem, std::generic_category()});
}

void UnfinishedFile::finish() {
  std::error_code error;
  fs::rename(unfinished_, path_, error);
  if (error) fail(path_, error);
}

}  // namespace hetsyn::tasks
