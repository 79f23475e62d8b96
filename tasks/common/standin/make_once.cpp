#include "common/standin/make_once.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <hetsyn/error.hpp>
#include <string>
#include <system_error>

#include "base/descriptor.hpp"

namespace hetsyn::tasks {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLock = ".lock";
constexpr const char* kPartial = ".partial";

[[noreturn]] void fail(const fs::path& directory, const std::string& cause) {
  throw sdk::TaskError(directory.string() + ": cannot be made: " + cause);
}

fs::path beside(const fs::path& directory, const char* suffix) {
  fs::path path = directory;
  path += suffix;
  return path;
}

/// All that was written in the folder's file system is on the disk afterwards.
void synchronise(const fs::path& partial, const fs::path& directory) {
  const Descriptor folder(partial, O_RDONLY | O_DIRECTORY);
  if (folder.number() < 0 || ::syncfs(folder.number()) != 0) fail(directory, std::strerror(errno));
}

}  // namespace

void make_once(const fs::path& directory, const OnWait& on_wait, const FolderBuilder& build) {
  std::error_code error;
  if (fs::exists(directory, error)) return;
  fs::create_directories(directory.parent_path(), error);
  if (error) fail(directory, error.message());
  const Descriptor lock(beside(directory, kLock), O_RDWR | O_CREAT);
  if (const int problem = lock_file(lock, on_wait); problem != 0) fail(directory, std::strerror(problem));
  if (fs::exists(directory, error)) return;  // made by the process that held the lock

  const fs::path partial = beside(directory, kPartial);
  fs::remove_all(partial, error);  // of a process that was killed
  if (!error) fs::create_directory(partial, error);
  if (error) fail(directory, error.message());
  build(partial);
  synchronise(partial, directory);
  fs::rename(partial, directory, error);
  if (error) fail(directory, error.message());
}

std::vector<fs::path> made_folders(const fs::path& parent) {
  std::vector<fs::path> folders;
  std::error_code problem;
  for (fs::directory_iterator next(parent, problem); !problem && next != fs::directory_iterator();
       next.increment(problem)) {
    std::error_code none;
    if (next->is_directory(none) && next->path().extension() != kPartial) folders.push_back(next->path());
  }
  std::ranges::sort(folders);
  return folders;
}

bool unmake(const fs::path& directory) {
  const Descriptor lock(beside(directory, kLock), O_RDWR | O_CREAT);
  if (lock.number() < 0 || ::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) return false;
  const fs::path partial = beside(directory, kPartial);
  std::error_code error;
  fs::remove_all(partial, error);
  if (!error) fs::rename(directory, partial, error);  // half a folder never has the name of a whole one
  if (!error) fs::remove_all(partial, error);
  return !error;
}

}  // namespace hetsyn::tasks
