// IDX files: any bytes, plain or compressed. What is read is whole, and is what is written again.
#include "common/files/idx_file.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <hetsyn/error.hpp>
#include <string>

#include "fuzz/input.hpp"

using namespace hetsyn::tasks;
using hetsyn::fuzz::require;

namespace {

/// A file in memory, found by its path.
class MemoryFile {
 public:
  MemoryFile(const std::uint8_t* data, std::size_t size) : number_(memfd_create("idx", MFD_CLOEXEC)) {
    require(number_ >= 0 && write(number_, data, size) == static_cast<ssize_t>(size), "a file in memory is written");
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(number_); }
  [[nodiscard]] std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(number_); }

 private:
  int number_;
};

void try_images(const std::filesystem::path& file) try {
  const IdxImages images = read_idx_images(file);
  require(images.count() > 0 && images.pixels.size() == images.count() * images.rows * images.columns,
          "images have the size that they say");
  const MemoryFile copy(nullptr, 0);
  write_idx_images(copy.path(), images);
  require(read_idx_images(copy.path()).pixels == images.pixels, "images are read as they were written");
} catch (const hetsyn::sdk::TaskError&) {
}

void try_labels(const std::filesystem::path& file) try {
  require(!read_idx_labels(file).empty(), "there is a label");
} catch (const hetsyn::sdk::TaskError&) {
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const MemoryFile file(data, size);
  try_images(file.path());
  try_labels(file.path());
  return 0;
}
