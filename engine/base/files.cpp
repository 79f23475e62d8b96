#include "base/files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <hetsyn/exceptions.hpp>
#include <system_error>
#include <utility>

#include "base/error_text.hpp"

namespace hetsyn {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view what, int error) {
  throw RunError(fmt::format("{}: cannot {}: {}", path.string(), what, error_text(error)));
}

/// Whether a descriptor is of an ordinary file: a pipe or a device could be waited for without end.
bool is_regular(const Descriptor& file) {
  struct stat status {};
  return ::fstat(file.number(), &status) == 0 && S_ISREG(status.st_mode);
}

/// 0, or the errno that kept the content from reaching the file.
int write_all(const Descriptor& file, std::string_view content) {
  while (!content.empty()) {
    const ::ssize_t written = ::write(file.number(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// The same for all parts, and the disk.
int write_and_sync(const Descriptor& file, std::initializer_list<std::string_view> parts) {
  if (file.number() < 0) return errno;
  for (const std::string_view part : parts) {
    if (const int error = write_all(file, part); error != 0) return error;
  }
  return ::fsync(file.number()) == 0 ? 0 : errno;
}

std::string temporary_suffix(UnfinishedFile::Writers writers) {
  return writers == UnfinishedFile::Writers::one ? ".tmp" : fmt::format(".{}.tmp", ::getpid());
}

}  // namespace

void make_directories(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) throw RunError(fmt::format("{}: cannot make the directory: {}", directory.string(), error.message()));
}

UnfinishedFile::UnfinishedFile(std::filesystem::path path, Writers writers)
    : path_(std::move(path)), unfinished_(path_.string() + temporary_suffix(writers)) {}

UnfinishedFile::~UnfinishedFile() {
  if (exists_) ::unlink(unfinished_.c_str());
}

void UnfinishedFile::write(std::initializer_list<std::string_view> parts) {
  ::unlink(unfinished_.c_str());
  const Descriptor file(unfinished_, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
  exists_ = file.number() >= 0;
  if (const int error = write_and_sync(file, parts); error != 0) fail(path_, "write", error);
}

void UnfinishedFile::finish() {
  if (::rename(unfinished_.c_str(), path_.c_str()) != 0) fail(path_, "write", errno);
  exists_ = false;
  // Some file systems do not sync directories; the file is whole either way.
  const Descriptor directory(path_.has_parent_path() ? path_.parent_path() : ".", O_RDONLY | O_DIRECTORY);
  if (directory.number() >= 0) ::fsync(directory.number());
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
  if (!is_regular(file_)) throw RunError(fmt::format("{}: is not an ordinary file", path_.string()));
}

void GrowingFile::append(std::string_view text) {
  if (const int error = write_all(file_, text); error != 0) fail(path_, "write", error);
}

void GrowingFile::sync() {
  if (::fsync(file_.number()) != 0) fail(path_, "write", errno);
}

std::string read_file(const std::filesystem::path& path) {
  const Descriptor file(path, O_RDONLY | O_NONBLOCK);
  if (file.number() < 0) fail(path, "read", errno);
  if (!is_regular(file)) throw RunError(fmt::format("{}: is not an ordinary file", path.string()));
  std::string content;
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
