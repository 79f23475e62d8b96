#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// Pictures of numbers in lines of text: Unicode's blocks and Braille patterns, or ASCII.
namespace hetsyn::cli {

enum class Glyphs : std::uint8_t {
  bars,   ///< their height shows the value
  shades  ///< their blackness shows the value
};

/// One character per value, from an empty one for `low` and less to a full one for `high` and more.
std::string text_of(std::span<const double> values, double low, double high, Glyphs glyphs, bool utf8);

/// The means of `count` parts of equal size; values are repeated if there are fewer of them.
std::vector<double> resampled(std::span<const double> values, std::size_t count);

}  // namespace hetsyn::cli
