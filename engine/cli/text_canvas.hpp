#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/terminal.hpp"

namespace hetsyn::cli {

/// A drawing of lines in the cells of a terminal. With Unicode a cell has 2 × 4 dots (braille), otherwise one mark.
class TextCanvas {
 public:
  TextCanvas(std::size_t columns, std::size_t rows, bool braille);

  /// The size in dots.
  [[nodiscard]] std::size_t width() const { return columns_ * (braille_ ? 2 : 1); }
  [[nodiscard]] std::size_t height() const { return rows_ * (braille_ ? 4 : 1); }
  /// Draws a line between two dots, which lie inside; y points down. A cell has the color and the mark of the last one.
  void line(std::size_t x0, std::size_t y0, std::size_t x1, std::size_t y1, fmt::terminal_color color, char mark);
  /// The cells of a row.
  [[nodiscard]] std::string row(std::size_t row, const Terminal& terminal) const;

 private:
  struct Cell {
    std::uint8_t dots = 0;
    char mark = ' ';
    fmt::terminal_color color = fmt::terminal_color::white;
  };

  std::size_t columns_, rows_;
  bool braille_;
  std::vector<Cell> cells_;  ///< [rows][columns]
};

}  // namespace hetsyn::cli
