#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/files/idx_file.hpp"

namespace hetsyn::tasks {

/// Images of digits with their labels.
struct RenderedDigits {
  IdxImages images;
  std::vector<std::uint8_t> labels;  ///< [images], 0 to 9
};

/// Draws `count` digits of 28x28 pixels, equally many of each: strokes with a random slant, rotation, size, place,
/// thickness and waviness, on black, with noise. Equal seeds give equal images.
RenderedDigits render_digits(std::size_t count, std::uint64_t seed);

}  // namespace hetsyn::tasks
