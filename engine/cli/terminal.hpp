#pragma once
#include <fmt/color.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "core/columns.hpp"

namespace hetsyn::cli {

/// What a stream can show. Texts for programs (JSON, CSV) never depend on this.
struct Terminal {
  std::size_t columns = kUnlimitedColumns;  ///< of a line; unlimited for files and pipes, unless COLUMNS is set
  bool redraws = false;                     ///< it is a terminal that understands escape sequences (TERM is not "dumb")
  bool color = false;                       ///< `redraws`, and NO_COLOR is not set (https://no-color.org)
  bool utf8 = false;                        ///< the encoding of the locale (LC_ALL, LC_CTYPE, LANG) is UTF-8

  /// The text in a style of fmt, such as fmt::fg(fmt::terminal_color::yellow); unchanged without colour.
  [[nodiscard]] std::string paint(const fmt::text_style& style, std::string_view text) const;
};

/// Asks the system about a file descriptor, for example STDOUT_FILENO. A terminal has as many columns as it says, or as
/// COLUMNS says if that is less; 80 if neither is known. The size may change while the program runs.
Terminal terminal_of(int descriptor);

}  // namespace hetsyn::cli
