#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <hetsyn/exceptions.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace hetsyn {

/// A buffer that a plugin writes to, between two guards: values that must not change. Writing past the ends of the
/// buffer is detected, and does no harm as long as it stays within the guards.
template <class T>
class GuardedBuffer {
 public:
  explicit GuardedBuffer(std::size_t size = 0) { reset(size); }

  /// Sets the size of the buffer and fills it with zeros.
  void reset(std::size_t size) {
    values_.assign(size + 2 * kGuard, T{});
    guard();
  }
  [[nodiscard]] std::size_t size() const { return values_.size() - 2 * kGuard; }
  [[nodiscard]] T* data() { return values_.data() + kGuard; }
  [[nodiscard]] std::span<const T> values() const { return {values_.data() + kGuard, size()}; }

  /// Throws PluginError, which names function and buffer, if a guard was changed.
  void check(std::string_view function, std::string_view buffer) {
    const bool before = touched(values_.data()), after = touched(data() + size());
    if (!before && !after) return;
    guard();
    throw PluginError(fmt::format("{}() wrote {} {}, which has room for {} values", function,
                                  after ? "past the end of" : "before the beginning of", buffer, size()));
  }

 private:
  static constexpr std::size_t kGuard = 1024;
  static constexpr T kValue = [] {
    std::array<std::uint8_t, sizeof(T)> bytes{};
    bytes.fill(0xA5);  // as a real number, neither round nor NaN
    return std::bit_cast<T>(bytes);
  }();

  static bool touched(const T* guard) {
    return std::any_of(guard, guard + kGuard, [](T value) { return value != kValue; });
  }
  void guard() {
    std::fill_n(values_.data(), kGuard, kValue);
    std::fill_n(data() + size(), kGuard, kValue);
  }

  std::vector<T> values_;
};

}  // namespace hetsyn
