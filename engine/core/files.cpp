#include "core/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/worker.hpp"
#include "core/error.hpp"

namespace hetsyn {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view what, int error) {
  throw RunError(fmt::format("{}: cannot {}: {}", path.string(), what, std::generic_category().message(error)));
}

/// A descriptor, negative if the file could not be opened, that is closed at the end of its scope.
class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags) : file_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~Descriptor() {
    if (file_ >= 0) ::close(file_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return file_; }

 private:
  int file_;
};

/// Whether a descriptor is of an ordinary file: a pipe or a device could be waited for without end.
bool is_regular(int file) {
  struct stat status {};
  return ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
}

/// 0, or the errno that kept the content from reaching the disk.
int write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ::ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// The same for a file that is new: what is there under its name, a link above all, is not written through.
int write_and_sync(const std::filesystem::path& path, std::initializer_list<std::string_view> parts) {
  ::unlink(path.c_str());
  const Descriptor file(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
  if (file.get() < 0) return errno;
  for (const std::string_view part : parts) {
    if (const int error = write_all(file.get(), part); error != 0) return error;
  }
  return ::fsync(file.get()) == 0 ? 0 : errno;
}

}  // namespace

void write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  write_file_atomically(path, {content});
}

void write_file_atomically(const std::filesystem::path& path, std::initializer_list<std::string_view> parts) {
  const std::filesystem::path temporary = path.string() + ".tmp";
  int error = write_and_sync(temporary, parts);
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    fail(path, "write", error);
  }
  // Some file systems do not sync directories; the file is whole either way.
  const Descriptor directory(path.has_parent_path() ? path.parent_path() : ".", O_RDONLY | O_DIRECTORY);
  if (directory.get() >= 0) ::fsync(directory.get());
}

GrowingFile::GrowingFile(std::filesystem::path path)
    : path_(std::move(path)),
      file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666)) {
  if (file_ < 0 && errno == ELOOP) throw RunError(fmt::format("{}: is a link; expected a file", path_.string()));
  if (file_ < 0) fail(path_, "open", errno);
  if (is_regular(file_)) return;
  ::close(file_);
  throw RunError(fmt::format("{}: is not an ordinary file", path_.string()));
}

GrowingFile::~GrowingFile() { ::close(file_); }

void GrowingFile::append(std::string_view text) {
  if (const int error = write_all(file_, text); error != 0) fail(path_, "write", error);
}

void GrowingFile::sync() {
  if (::fsync(file_) != 0) fail(path_, "write", errno);
}

std::string read_file(const std::filesystem::path& path) {
  const Descriptor file(path, O_RDONLY | O_NONBLOCK);
  if (file.get() < 0) fail(path, "read", errno);
  if (!is_regular(file.get())) throw RunError(fmt::format("{}: is not an ordinary file", path.string()));
  std::string content;
  std::array<char, 1 << 16> buffer{};
  for (;;) {
    const ::ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path, "read", errno);
    if (count == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

std::filesystem::path own_plugin_directory() {
  std::error_code none;
  const std::filesystem::path plugins = own_library_directory() / "plugins";
  return std::filesystem::is_directory(plugins, none) ? plugins : std::filesystem::path();
}

}  // namespace hetsyn
