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

/// A descriptor that is closed at the end of its scope.
class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, std::string_view what, int flags)
      : file_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (file_ < 0) fail(path, what, errno);
  }
  ~Descriptor() { ::close(file_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return file_; }

 private:
  int file_;
};

void write_and_sync(const std::filesystem::path& path, std::string_view content) {
  const Descriptor file(path, "write", O_WRONLY | O_CREAT | O_TRUNC);
  while (!content.empty()) {
    const ::ssize_t written = ::write(file.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path, "write", errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.get()) != 0) fail(path, "write", errno);
}

}  // namespace

void write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  const std::filesystem::path temporary = path.string() + ".tmp";
  try {
    write_and_sync(temporary, content);
    if (::rename(temporary.c_str(), path.c_str()) != 0) fail(path, "replace", errno);
  } catch (const RunError&) {
    ::unlink(temporary.c_str());
    throw;
  }
  // Some file systems do not sync directories; the file is whole either way.
  const Descriptor directory(path.has_parent_path() ? path.parent_path() : ".", "open", O_RDONLY | O_DIRECTORY);
  ::fsync(directory.get());
}

std::string read_file(const std::filesystem::path& path) {
  const Descriptor file(path, "read", O_RDONLY);
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

}  // namespace hetsyn
