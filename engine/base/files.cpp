#include "base/files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <hetsyn/exceptions.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "base/error_text.hpp"
#include "base/file_lock.hpp"

namespace hetsyn {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view what, int error) {
  throw RunError(fmt::format("{}: cannot {}: {}", path.string(), what, error_text(error)));
}

[[noreturn]] void fail_to_open(const std::filesystem::path& path, int error) {
  std::error_code none;
  if (error != ENOENT || !std::filesystem::is_symlink(path, none)) fail(path, "read", error);
  throw RunError(fmt::format("{}: is a link to what is not there", path.string()));
}

/// The size of a regular file; empty for a pipe or a device, reading of which could block forever.
std::optional<std::uint64_t> ordinary_size(const Descriptor& file) {
  struct stat status {};
  if (::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(status.st_size);
}

[[noreturn]] void fail_not_ordinary(const std::filesystem::path& path) {
  throw RunError(fmt::format("{}: is not an ordinary file", path.string()));
}

/// Writes all parts and calls fsync(). Returns 0 or the errno of the failure.
int write_and_sync(const Descriptor& file, std::initializer_list<std::string_view> parts) {
  if (file.number() < 0) return errno;
  for (const std::string_view part : parts) {
    if (const int error = write_all(file.number(), part); error != 0) return error;
  }
  return ::fsync(file.number()) == 0 ? 0 : errno;
}

constexpr std::string_view kTemporary = ".tmp";

std::string temporary_suffix(UnfinishedFile::Writers writers) {
  return writers == UnfinishedFile::Writers::one ? std::string(kTemporary)
                                                 : fmt::format(".{}{}", ::getpid(), kTemporary);
}

/// The final name for a temporary name of Writers::several; empty for other names.
std::string finished_name(const std::string& name) {
  if (!name.ends_with(kTemporary)) return {};
  const std::string_view process = std::string_view(name).substr(0, name.size() - kTemporary.size());
  const std::size_t digits = process.find_last_not_of("0123456789") + 1;
  const bool numbered = digits >= 2 && digits < process.size() && process[digits - 1] == '.';
  return numbered ? name.substr(0, digits - 1) : std::string();
}

bool is_same_file(const Descriptor& file, const std::filesystem::path& path) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(file.number(), &opened) == 0 && ::lstat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

/// The abandoned files with a temporary name for `finished`, or for any file if that is empty.
std::vector<std::filesystem::path> abandoned_parts(const std::filesystem::path& folder, const std::string& finished) {
  std::vector<std::filesystem::path> files = entries_of(folder);
  std::erase_if(files, [&](const std::filesystem::path& path) {
    const std::string name = finished_name(path.filename().string());
    if (name.empty() || (!finished.empty() && name != finished)) return true;
    const Descriptor file = opened_to_lock(path);
    return !ordinary_size(file) || try_lock(file, LockKind::exclusive) != LockState::held;
  });
  return files;
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : ".";
}

}  // namespace

void make_directories(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) throw RunError(fmt::format("{}: cannot make the directory: {}", directory.string(), error.message()));
}

std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> entries;
  std::error_code problem;
  for (std::filesystem::directory_iterator next(folder, problem);
       !problem && next != std::filesystem::directory_iterator(); next.increment(problem)) {
    entries.push_back(next->path());
  }
  std::ranges::sort(entries);
  return entries;
}

UnfinishedFile::UnfinishedFile(std::filesystem::path path, Writers writers)
    : path_(std::move(path)), unfinished_(path_.string() + temporary_suffix(writers)), writers_(writers) {}

UnfinishedFile::~UnfinishedFile() { discard(); }

void UnfinishedFile::discard() {
  if (file_.number() >= 0) ::unlink(unfinished_.c_str());
  file_.close();
}

void UnfinishedFile::write(std::initializer_list<std::string_view> parts) {
  discard();
  if (writers_ == Writers::several) {
    for (const auto& file : abandoned_parts(folder_of(path_), path_.filename().string())) remove_abandoned_file(file);
  }
  make();
  if (const int error = write_and_sync(file_, parts); error != 0) fail(path_, "write", error);
}

void UnfinishedFile::make() {
  for (;;) {
    // A process on another machine may have the same number.
    if (!is_locked(unfinished_)) ::unlink(unfinished_.c_str());
    Descriptor file(unfinished_, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
    if (file.number() < 0) fail(path_, "write", errno);
    // A shared lock, because HDF5 locks the files that it reads, and this lock is kept a moment longer than the
    // temporary name.
    if (writers_ == Writers::several) lock(file, LockKind::shared);
    if (is_removed(file)) continue;  // before it was locked, another process took it for abandoned and removed it
    file_ = std::move(file);
    return;
  }
}

void UnfinishedFile::finish() {
  if (::rename(unfinished_.c_str(), path_.c_str()) != 0) fail(path_, "write", errno);
  file_.close();
  // Not all file systems can sync a directory; the file is complete in any case.
  const Descriptor directory(folder_of(path_), O_RDONLY | O_DIRECTORY);
  if (directory.number() >= 0) ::fsync(directory.number());
}

std::vector<std::filesystem::path> abandoned_files(const std::filesystem::path& folder) {
  return abandoned_parts(folder, {});
}

bool remove_abandoned_file(const std::filesystem::path& file) {
  const Descriptor descriptor = opened_to_lock(file);
  // When it is locked, its writer is dead or waits for the lock in make(), so that no other file gets this name.
  return try_lock(descriptor, LockKind::exclusive) == LockState::held && is_same_file(descriptor, file) &&
         ::unlink(file.c_str()) == 0;
}

void write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  write_file_atomically(path, {content});
}

void write_file_atomically(const std::filesystem::path& path, std::initializer_list<std::string_view> parts) {
  UnfinishedFile file(path);
  file.write(parts);
  file.finish();
}

GrowingFile::GrowingFile(std::filesystem::path path)
    : path_(std::move(path)), file_(path_, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK) {
  if (file_.number() < 0 && errno == ELOOP) {
    throw RunError(fmt::format("{}: is a link; expected a file", path_.string()));
  }
  if (file_.number() < 0) fail(path_, "open", errno);
  if (!ordinary_size(file_)) fail_not_ordinary(path_);
}

void GrowingFile::append(std::string_view text) {
  if (const int error = write_all(file_.number(), text); error != 0) fail(path_, "write", error);
}

void GrowingFile::sync() {
  if (::fsync(file_.number()) != 0) fail(path_, "write", errno);
}

std::string read_file(const std::filesystem::path& path, std::uint64_t most_bytes) {
  const Descriptor file(path, O_RDONLY | O_NONBLOCK);
  if (file.number() < 0) fail_to_open(path, errno);
  const std::optional<std::uint64_t> size = ordinary_size(file);
  if (!size) fail_not_ordinary(path);
  if (*size > most_bytes) {
    throw RunError(fmt::format("{}: has {} bytes; expected at most {}", path.string(), *size, most_bytes));
  }
  std::string content;
  content.reserve(*size);
  std::array<char, 1 << 16> buffer{};
  for (;;) {
    const ::ssize_t count = ::read(file.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path, "read", errno);
    if (count == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace hetsyn
