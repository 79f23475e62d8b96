#include "experiment/line_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "core/error.hpp"

namespace hetsyn {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view what, int error) {
  throw RunError(fmt::format("{}: cannot {}: {}", path.string(), what, std::generic_category().message(error)));
}

/// Writes everything and syncs.
void write_all(int file, const std::filesystem::path& path, std::string_view content) {
  while (!content.empty()) {
    const ::ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path, "write", errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file) != 0) fail(path, "write", errno);
}

}  // namespace

LineFile::LineFile(std::filesystem::path path) : path_(std::move(path)) {
  file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file_ < 0) fail(path_, "open", errno);
}

LineFile::~LineFile() { ::close(file_); }

void LineFile::append(std::string_view line) { write_all(file_, path_, fmt::format("{}\n", line)); }

}  // namespace hetsyn
