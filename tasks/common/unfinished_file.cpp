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

std::error_code synchronise(const fs::path& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return {errno, std::generic_category()};
  const int problem = fsync(descriptor) == 0 ? 0 : errno;
  close(descriptor);
  return {problem, std::generic_category()};
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

void UnfinishedFile::finish() {
  std::error_code error = synchronise(unfinished_);
  if (!error) fs::rename(unfinished_, path_, error);
  if (error) fail(path_, error);
}

}  // namespace hetsyn::tasks
