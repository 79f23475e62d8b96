#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace hetsyn::fuzz {

/// The bytes of one fuzz input, taken from the front; zeros after their end.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : bytes_(data, size) {}

  template <class T>
  T take() {
    T value{};
    const std::size_t count = std::min(sizeof(T), bytes_.size());
    if (count > 0) std::memcpy(&value, bytes_.data(), count);
    bytes_ = bytes_.subspan(count);
    return value;
  }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  /// All that is left.
  std::string_view rest() {
    const std::string_view text(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
    bytes_ = {};
    return text;
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

/// What must hold after every input; libFuzzer and ctest see the abort.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: does not hold: %s\n", what);
  std::abort();
}

}  // namespace hetsyn::fuzz
