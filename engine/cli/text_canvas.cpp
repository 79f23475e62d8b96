#include "cli/text_canvas.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace hetsyn::cli {
namespace {

/// The bits of the dots of a braille pattern, [y][x], and its characters: U+2800 + bits.
constexpr std::array<std::array<std::uint8_t, 2>, 4> kDots{{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}};

std::string braille(std::uint8_t dots) {
  return {'\xE2', static_cast<char>(0xA0 | (dots >> 6)), static_cast<char>(0x80 | (dots & 0x3F))};
}

}  // namespace

TextCanvas::TextCanvas(std::size_t columns, std::size_t rows, bool braille)
    : columns_(columns), rows_(rows), braille_(braille), cells_(columns * rows) {}

void TextCanvas::line(std::size_t x0, std::size_t y0, std::size_t x1, std::size_t y1, fmt::terminal_color color,
                      char mark) {
  const auto distance = [](std::size_t a, std::size_t b) { return a < b ? b - a : a - b; };
  const std::size_t steps = std::max<std::size_t>({distance(x0, x1), distance(y0, y1), 1});
  const auto between = [&](std::size_t a, std::size_t b, std::size_t step) {
    const double share = static_cast<double>(step) / static_cast<double>(steps);
    return static_cast<std::size_t>(std::lround(std::lerp(static_cast<double>(a), static_cast<double>(b), share)));
  };
  for (std::size_t step = 0; step <= steps; ++step) {
    const std::size_t x = between(x0, x1, step), y = between(y0, y1, step);
    Cell& cell = cells_[(braille_ ? y / 4 : y) * columns_ + (braille_ ? x / 2 : x)];
    cell.dots |= kDots[y % 4][x % 2];
    cell.color = color;
    cell.mark = mark;
  }
}

std::string TextCanvas::row(std::size_t row, const Terminal& terminal) const {
  std::string out;
  for (std::size_t column = 0; column < columns_; ++column) {
    const Cell& cell = cells_[row * columns_ + column];
    if (cell.dots == 0) {
      out += ' ';
    } else {
      out += terminal.paint(fmt::fg(cell.color), braille_ ? braille(cell.dots) : std::string(1, cell.mark));
    }
  }
  return out.erase(out.find_last_not_of(' ') + 1);
}

}  // namespace hetsyn::cli
