#include "core/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

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

/// 0, or the errno that kept the content from reaching the disk.
int write_and_sync(const std::filesystem::path& path, std::initializer_list<std::string_view> parts) {
  const Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (file.get() < 0) return errno;
  for (std::string_view part : parts) {
    while (!part.empty()) {
      const ::ssize_t written = ::write(file.get(), part.data(), part.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return errno;
      part.remove_prefix(static_cast<std::size_t>(written));
    }
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

std::string read_file(const std::filesystem::path& path) {
  const Descriptor file(path, O_RDONLY);
  if (file.get() < 0) fail(path, "read", errno);
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
  std::filesystem::path directory = std::filesystem::read_symlink("/proc/self/exe", none).parent_path();
  for (int level = 0; level < 3; ++level, directory = directory.parent_path()) {
    const std::filesystem::path plugins = directory / "lib/hetsyn/plugins";
    if (std::filesystem::is_directory(plugins, none)) return plugins;
  }
  return {};
}

}  // namespace hetsyn
