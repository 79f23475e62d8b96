#include "common/file_bytes.hpp"

#include <cerrno>
#include <fstream>
#include <hetsyn/error.hpp>
#include <hetsyn/exceptions.hpp>
#include <system_error>

#include "base/error_text.hpp"

namespace hetsyn::tasks {

std::vector<std::byte> read_file_bytes(const std::filesystem::path& file, std::size_t most_bytes) {
  std::error_code none;
  if (!std::filesystem::is_regular_file(file, none)) {
    const bool link = std::filesystem::is_symlink(file, none) && !std::filesystem::exists(file, none);
    throw sdk::TaskError(file.string() + (link ? ": is a link to what is not there" : ": is not a file"));
  }
  errno = 0;
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  if (!stream) throw sdk::TaskError(file.string() + ": cannot be opened: " + error_text(errno));
  const auto size = static_cast<std::size_t>(stream.tellg());
  if (size > most_bytes) {
    throw sdk::TaskError(file.string() + ": has " + std::to_string(size) + " bytes; expected at most " +
                         std::to_string(most_bytes));
  }
  std::vector<std::byte> bytes(size);
  stream.seekg(0);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (!stream) throw sdk::TaskError(file.string() + ": cannot be read: " + error_text(errno));
  return bytes;
}

}  // namespace hetsyn::tasks
