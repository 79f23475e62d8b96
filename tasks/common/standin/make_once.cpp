#include "common/standin/make_once.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <hetsyn/error.hpp>
#include <regex>
#include <string>
#include <system_error>

#include "base/descriptor.hpp"
#include "base/error_text.hpp"
#include "base/files.hpp"

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

/// Blocks until everything that was written to the file system of the folder is on the disk.
void synchronise(const fs::path& partial, const fs::path& directory) {
  const Descriptor folder(partial, O_RDONLY | O_DIRECTORY);
  if (folder.number() < 0 || ::syncfs(folder.number()) != 0) fail(directory, error_text(errno));
}

/// The caller must hold the lock of `directory`.
void make(const fs::path& directory, const FolderBuilder& build) {
  const fs::path partial = beside(directory, kPartial);
  std::error_code error;
  fs::remove_all(partial, error);  // left by a process that was killed
  if (!error) fs::create_directory(partial, error);
  if (error) fail(directory, error.message());
  try {
    build(partial);
    synchronise(partial, directory);
  } catch (...) {
    fs::remove_all(partial, error);
    throw;
  }
  fs::rename(partial, directory, error);
  if (error) fail(directory, error.message());
}

/// Whether the entry is a lock file or an unfinished folder; the owner of the cache may have put other files there.
bool is_mark(const fs::path& entry) {
  static const std::regex name("[a-z0-9_]+-v[0-9]+\\.(lock|partial)");
  return std::regex_match(entry.filename().string(), name);
}

fs::path lock_of(const fs::path& mark) { return fs::path(mark).replace_extension(kLock); }

}  // namespace

void make_once(const fs::path& directory, const OnWait& on_wait, const FolderBuilder& build) {
  std::error_code error;
  if (fs::exists(directory, error)) return;
  fs::create_directories(directory.parent_path(), error);
  if (error) fail(directory, error.message());
  for (;;) {
    const MakersLock lock(beside(directory, kLock), on_wait);
    if (lock.error() != 0) fail(directory, error_text(lock.error()));
    if (fs::exists(directory, error)) return;  // made by the process that held the lock
    if (lock.held()) return make(directory, build);
  }
}

std::vector<fs::path> made_folders(const fs::path& parent) {
  std::vector<fs::path> folders = entries_of(parent);
  std::error_code none;
  std::erase_if(folders,
                [&](const fs::path& path) { return !fs::is_directory(path, none) || path.extension() == kPartial; });
  return folders;
}

bool unmake(const fs::path& directory) {
  const MakersLock lock(beside(directory, kLock), kDoNotWait);
  if (!lock.held()) return false;
  const fs::path partial = beside(directory, kPartial);
  std::error_code error;
  fs::remove_all(partial, error);
  if (!error) fs::rename(directory, partial, error);  // an incomplete folder never has the name of a complete one
  if (!error) fs::remove_all(partial, error);
  return !error;
}

std::vector<fs::path> half_made(const fs::path& parent) {
  std::vector<fs::path> left = entries_of(parent);
  std::erase_if(left, [](const fs::path& path) { return !is_mark(path) || is_locked(lock_of(path)); });
  return left;
}

std::size_t remove_half_made(const fs::path& parent) {
  std::size_t removed = 0;
  for (const fs::path& path : half_made(parent)) {
    const MakersLock lock(lock_of(path), kDoNotWait);  // the destructor removes the lock file
    std::error_code error;
    if (lock.held() && path.extension() == kPartial) fs::remove_all(path, error);
    removed += lock.held() && !error ? 1 : 0;
  }
  return removed;
}

}  // namespace hetsyn::tasks
