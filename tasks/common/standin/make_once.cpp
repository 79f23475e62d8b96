#include "common/standin/make_once.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <hetsyn/error.hpp>
#include <string>
#include <system_error>

namespace hetsyn::tasks {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& directory, const std::string& cause) {
  throw sdk::TaskError(directory.string() + ": cannot be made: " + cause);
}

fs::path beside(const fs::path& directory, const char* suffix) {
  fs::path path = directory;
  path += suffix;
  return path;
}

/// Opened file or folder; closed at the end.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

/// The system gives the lock back when its holder ends, however that comes.
void lock(const Descriptor& file, const fs::path& directory) {
  while (file.number() < 0 || ::flock(file.number(), LOCK_EX) != 0) {
    if (errno != EINTR) fail(directory, std::strerror(errno));
  }
}

/// All that was written in the folder's file system is on the disk afterwards.
void synchronise(const fs::path& partial, const fs::path& directory) {
  const Descriptor folder(partial, O_RDONLY | O_DIRECTORY);
  if (folder.number() < 0 || ::syncfs(folder.number()) != 0) fail(directory, std::strerror(errno));
}

}  // namespace

void make_once(const fs::path& directory, const FolderBuilder& build) {
  std::error_code error;
  if (fs::exists(directory, error)) return;
  fs::create_directories(directory.parent_path(), error);
  if (error) fail(directory, error.message());
  const Descriptor lock_file(beside(directory, ".lock"), O_RDWR | O_CREAT);
  lock(lock_file, directory);
  if (fs::exists(directory, error)) return;  // made by the process that held the lock

  const fs::path partial = beside(directory, ".partial");
  fs::remove_all(partial, error);  // of a process that was killed
  if (!error) fs::create_directory(partial, error);
  if (error) fail(directory, error.message());
  build(partial);
  synchronise(partial, directory);
  fs::rename(partial, directory, error);
  if (error) fail(directory, error.message());
}

}  // namespace hetsyn::tasks
