#pragma once
#include <array>
#include <cassert>
#include <cstddef>
#include <ranges>
#include <span>
#include <stdexcept>
#include <type_traits>

namespace hetsyn {

/// A std::span with a shape: an array of kRank dimensions in memory that it does not own. The last index runs fastest.
///     View<const float, 3> y(values, {B, T, K});  // throws unless there are B·T·K values
///     y(b, t, k)                                  // an element
///     y.slice(b)                                  // the array [T][K] of sample b; y.slice(b, t) is [K]
/// As a std::span it covers all values.
template <class T, std::size_t kRank>
class View : public std::span<T> {
 public:
  using Extents = std::array<std::size_t, kRank>;

  View() = default;
  /// Throws std::invalid_argument unless the number of values is the product of the extents.
  View(std::span<T> values, const Extents& extents) : std::span<T>(values), extents_(extents) {
    if (values.size() != size_of(extents)) throw std::invalid_argument("the extents of a view do not fit its values");
  }
  /// A view of const values from one of others.
  template <class U>
  requires(std::is_same_v<T, const U>) View(const View<U, kRank>& other)
      : std::span<T>(other), extents_(other.extents()) {}

  [[nodiscard]] const Extents& extents() const { return extents_; }
  [[nodiscard]] std::size_t extent(std::size_t dimension) const { return extents_[dimension]; }
  // Names for the dimensions of most arrays: [B][T][N] and [rows][columns].
  [[nodiscard]] std::size_t samples() const requires(kRank == 3) { return extents_[0]; }
  [[nodiscard]] std::size_t steps() const requires(kRank == 3) { return extents_[1]; }
  [[nodiscard]] std::size_t units() const requires(kRank == 3) { return extents_[2]; }
  [[nodiscard]] std::size_t rows() const requires(kRank == 2) { return extents_[0]; }
  [[nodiscard]] std::size_t columns() const requires(kRank == 2) { return extents_[1]; }

  /// One element; indices outside the extents are undefined behaviour.
  template <class... Index>
  requires(sizeof...(Index) == kRank) T& operator()(Index... index) const { return this->data()[offset(index...)]; }
  /// The part of the array at these first indices.
  template <class... Index>
  requires(sizeof...(Index) < kRank) [[nodiscard]] View<T, kRank - sizeof...(Index)> slice(Index... index) const {
    typename View<T, kRank - sizeof...(Index)>::Extents rest;
    for (std::size_t d = 0; d < rest.size(); ++d) rest[d] = extents_[sizeof...(Index) + d];
    const std::size_t size = size_of(rest);
    return {this->subspan(offset(index...) * size, size), rest};
  }

 private:
  template <std::size_t kDimensions>
  static std::size_t size_of(const std::array<std::size_t, kDimensions>& extents) {
    std::size_t size = 1;
    for (const std::size_t extent : extents) size *= extent;
    return size;
  }
  /// The offset of the part at these first indices.
  template <class... Index>
  [[nodiscard]] std::size_t offset(Index... index) const {
    std::size_t at = 0, dimension = 0;
    ((assert(static_cast<std::size_t>(index) < extents_[dimension]),
      at = at * extents_[dimension++] + static_cast<std::size_t>(index)),
     ...);
    return at;
  }

  Extents extents_{};
};

}  // namespace hetsyn

template <class T, std::size_t kRank>
inline constexpr bool std::ranges::enable_borrowed_range<hetsyn::View<T, kRank>> = true;
