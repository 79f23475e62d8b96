#pragma once
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>

/// Text that fits the lines of a terminal. Widths are in columns, which differ from bytes outside ASCII.
namespace hetsyn {

/// The width of a file or a pipe.
inline constexpr std::size_t kUnlimitedColumns = std::numeric_limits<std::size_t>::max();

/// The columns that a terminal shows a text without control characters in.
std::size_t columns_of(std::string_view text);

/// The first of `candidates` that fits; if none does, the beginning of the last one.
std::string first_fitting(std::span<const std::string> candidates, std::size_t columns);

/// Breaks lines that are too long at spaces; the rest of such a line is indented. Longer words remain whole, so that
/// paths can be copied.
std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent = 0);

}  // namespace hetsyn
