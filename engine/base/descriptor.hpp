#pragma once
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

namespace hetsyn {

/// An opened file or folder; closed at the end of its scope, which gives its locks back.
class Descriptor {
 public:
  /// `flags` of open(2).
  Descriptor(const std::filesystem::path& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  /// Negative where the file could not be opened; errno says why.
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

}  // namespace hetsyn
