#pragma once
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

namespace hetsyn {

/// An open file or folder. The destructor closes it, which also releases its locks.
class Descriptor {
 public:
  /// `flags` are those of open(2).
  Descriptor(const std::filesystem::path& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  /// Negative if the file could not be opened; errno then has the reason.
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

}  // namespace hetsyn
