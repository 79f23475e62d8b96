#pragma once
#include <cstddef>
#include <span>
#include <string>

/// Tables in Markdown. What stands in a cell may hold anything: it cannot end the cell or the row.
namespace hetsyn {

/// "| a | b |" and the end of the line.
std::string markdown_row(std::span<const std::string> cells);

/// The first two lines of a table; the first `texts` columns hold words, the others numbers.
std::string markdown_head(std::span<const std::string> titles, std::size_t texts);

}  // namespace hetsyn
